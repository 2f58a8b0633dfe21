import { fold } from './contact-names.ts';

/** Words of American addresses as the Postal Service shortens them. */
const short = new Map(
  Object.entries({
    alley: 'aly',
    apartment: 'apt',
    av: 'ave',
    avenue: 'ave',
    boulevard: 'blvd',
    building: 'bldg',
    circle: 'cir',
    court: 'ct',
    cove: 'cv',
    crescent: 'cres',
    crossing: 'xing',
    drive: 'dr',
    east: 'e',
    expressway: 'expy',
    extension: 'ext',
    floor: 'fl',
    freeway: 'fwy',
    heights: 'hts',
    highway: 'hwy',
    lane: 'ln',
    north: 'n',
    northeast: 'ne',
    northwest: 'nw',
    parkway: 'pkwy',
    place: 'pl',
    plaza: 'plz',
    point: 'pt',
    ridge: 'rdg',
    road: 'rd',
    room: 'rm',
    route: 'rte',
    saint: 'st',
    south: 's',
    southeast: 'se',
    southwest: 'sw',
    square: 'sq',
    street: 'st',
    suite: 'ste',
    terrace: 'ter',
    trail: 'trl',
    turnpike: 'tpke',
    unit: 'apt',
    west: 'w',
  }),
);

/** An address in the form in which it is compared: `12 N. Main Street, #4` is `12 n main st apt 4`. Empty for none. */
export const streetOf = (address: string | undefined): string =>
  fold((address ?? '').replaceAll('#', ' apt '))
    .replaceAll(/['’.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => short.get(word) ?? word)
    .join(' ')
    .replaceAll(/\b(apt )+/g, 'apt ');

/** A ZIP code without what is added to its five digits; any other postal code without spaces. Empty for none. */
export const zipOf = (zip: string | undefined): string =>
  fold(zip ?? '')
    .replaceAll(/[\s.]/g, '')
    .replace(/^(\d{5})-?\d{4}$/, '$1');
