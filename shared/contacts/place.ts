import { stateByAreaCode } from './area-codes.ts';
import { stateCode } from './state-names.ts';
import { zonesOfAreaCode, zonesOfState, zonesOfZip } from './state-zones.ts';
import { stateOfZipPrefix, zipPrefix } from './zip-prefixes.ts';

/** From what a contact's state or time zone is known, the most trustworthy first. */
export const placeSources = ['given', 'zip', 'state', 'area-code'] as const;
export type PlaceSource = (typeof placeSources)[number];

/** What of a contact says where it is. */
export interface Whereabouts {
  phone?: string | undefined;
  state?: string | undefined;
  zip?: string | undefined;
  country?: string | undefined;
  timeZone?: string | undefined;
}

/** Where a contact is, as far as that can be told, and from what. */
export interface Place {
  /** As given, or two letters. */
  state: string | null;
  stateSource: PlaceSource | null;
  /** IANA. Where a state has two zones and nothing tells which, the one of most of its people. */
  timeZone: string | null;
  timeZoneSource: PlaceSource | null;
}

/**
 * Derives what a contact doesn't say of its place: its ZIP code is trusted before its state, and that before the area
 * code, since people keep their number when they move. Only places of the United States are derived.
 */
export const placeOf = ({ phone, state, zip, country = 'US', timeZone }: Whereabouts): Place => {
  const prefix = country === 'US' && zip !== undefined ? zipPrefix(zip) : undefined;
  const byZip = prefix === undefined ? undefined : stateOfZipPrefix(prefix);
  const given = state === undefined || country !== 'US' ? undefined : stateCode(state);
  const areaCode = /^\+1(\d{3})/.exec(phone ?? '')?.[1];
  const byArea = areaCode === undefined ? undefined : stateByAreaCode.get(areaCode);
  const zones: readonly (readonly [PlaceSource, readonly string[]])[] = [
    ['given', timeZone === undefined ? [] : [timeZone]],
    ['zip', prefix === undefined || byZip === undefined ? [] : zonesOfZip(prefix, byZip)],
    ['state', given === undefined ? [] : zonesOfState(given)],
    ['area-code', areaCode === undefined || byArea === undefined ? [] : zonesOfAreaCode(areaCode, byArea)],
  ];
  const states: readonly (readonly [PlaceSource, string | undefined])[] = [
    ['given', state],
    ['zip', byZip],
    ['area-code', byArea],
  ];
  const [zoneSource = null, [zone = null] = []] = zones.find(([, [first]]) => first !== undefined) ?? [];
  const [stateSource = null, found = null] = states.find(([, name]) => name !== undefined) ?? [];
  return { state: found, stateSource, timeZone: zone, timeZoneSource: zoneSource };
};
