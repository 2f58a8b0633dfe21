/** What a column of a file may fill in a contact. */
export const columnTargets = [
  'firstName',
  'lastName',
  'fullName',
  'phone',
  'email',
  'company',
  'title',
  'address',
  'city',
  'state',
  'zip',
  'country',
  'tags',
  'notes',
] as const;

export type ColumnTarget = (typeof columnTargets)[number];

/** Which column (by its place) fills what. Several may name a phone: a row takes the first that it has. */
export interface Column {
  index: number;
  target: ColumnTarget;
}

/**
 * Header names as senders, CRMs and phones export them, without case, spaces and punctuation. Where several columns
 * of a file name the same thing, the name that stands first here is the better one.
 */
const names: Record<ColumnTarget, readonly string[]> = {
  phone:
    'mobile mobilephone mobilenumber mobilephonenumber cell cellphone cellnumber smsphonenumber personphonemobile personmobile phone phonenumber phonee164 personphone primaryphone phone1value tel telephone telephonenumber msisdn personphonework personphonehome homephone workphone otherphone phone2value'.split(
      ' ',
    ),
  email: 'email emailaddress personemail email1value mail personemailwork personemailhome'.split(' '),
  firstName: 'firstname fname first givenname forename'.split(' '),
  lastName: 'lastname lname last surname familyname'.split(' '),
  fullName: 'name fullname contactname personname'.split(' '),
  company:
    'company companyname organization organizationname organisation accountname associatedcompany business'.split(' '),
  title: 'title jobtitle position'.split(' '),
  address: 'address street streetaddress mailingstreet address1 addressline1'.split(' '),
  city: 'city mailingcity town locationcity'.split(' '),
  state: 'state stateregion mailingstateprovince mailingstate region stateprovince locationregion province'.split(' '),
  zip: 'zip zipcode postalcode mailingzippostalcode mailingpostalcode locationpostalcode postcode'.split(' '),
  country: 'country countrycode countryregion mailingcountry cc locationcountry'.split(' '),
  tags: 'tags labels'.split(' '),
  notes: 'notes note comments'.split(' '),
};

const normalized = (header: string) =>
  header
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Pinpoint's endpoint files call the phone `Address`, beside a `ChannelType`. */
const isPinpoint = (headers: readonly string[]) => headers.some((header) => normalized(header) === 'channeltype');

/** The columns that were understood, the better ones of a target first; others are left out. */
export const columnsOf = (headers: readonly string[]): Column[] => {
  const pinpoint = isPinpoint(headers);
  const ranked = headers.flatMap((header, index) => {
    const name = normalized(header);
    if (pinpoint && name === 'address') return [{ index, target: 'phone' as const, rank: 0 }];
    return columnTargets.flatMap((target) => {
      const rank = names[target].indexOf(name);
      return rank === -1 ? [] : [{ index, target, rank }];
    });
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ index, target }) => ({ index, target }));
};

/** Without one of these a row says nobody. */
export const identifies = (columns: readonly Column[]) =>
  columns.some(({ target }) => target === 'phone' || target === 'email');
