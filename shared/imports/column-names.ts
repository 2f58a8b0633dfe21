import { type Column, ColumnTarget, columnTargets, ownFieldTarget } from './column.ts';

type NamedTarget = (typeof columnTargets)[number];

/**
 * Header names as senders, CRMs and phones export them, without case, spaces and punctuation. Where several columns
 * of a file name the same thing, the name that stands first here is the better one.
 */
const names: Record<NamedTarget, readonly string[]> = {
  phone:
    'mobile mobilephone mobilenumber mobilephonenumber cell cellphone cellnumber smsphonenumber personphonemobile personmobile phone phonenumber phonee164 personphone primaryphone phone1value tel telephone telephonenumber msisdn personphonework personphonehome personphoneother homephone workphone businessphone otherphone phone2value optedoutnumber'.split(
      ' ',
    ),
  email: 'email emailaddress personemail email1value mail personemailwork personemailhome personemailother'.split(' '),
  firstName: 'firstname fname first givenname forename personfirstname'.split(' '),
  lastName: 'lastname lname last surname familyname personlastname'.split(' '),
  fullName: 'name fullname contactname personname'.split(' '),
  company:
    'company companyname organization organizationname organisation accountname associatedcompany business'.split(' '),
  title: 'title jobtitle position'.split(' '),
  address: 'address street streetaddress mailingstreet address1 addressline1'.split(' '),
  city: 'city mailingcity town locationcity'.split(' '),
  state: 'state stateregion mailingstateprovince mailingstate region stateprovince locationregion province'.split(' '),
  zip: 'zip zipcode postalcode mailingzippostalcode mailingpostalcode locationpostalcode postcode'.split(' '),
  country: 'country countrycode countryregion mailingcountry cc locationcountry'.split(' '),
  timeZone: 'timezone tz demographictimezone'.split(' '),
  leadStatus: ['leadstatus'],
  tags: 'tags labels lists personlabels'.split(' '),
  notes: 'notes note comments'.split(' '),
  // Not what opts out of e-mail alone: that says nothing of text messages.
  optedOut:
    'optout optedout smsoptout smsoptedout unsubscribed unsubtime donotcall donottext donotcontact marketingcontactstatus'.split(
      ' ',
    ),
  // Amazon Pinpoint's: one that is inactive was found not to be reached.
  endpointStatus: ['endpointstatus'],
  'consent.source': 'consentsource optinsource smsconsentsource'.split(' '),
  'consent.at':
    'consentdate consenttime consentedat consenttimestamp confirmtime optintime optindate smsconsentdate'.split(' '),
  'consent.ip': 'consentip consentipaddress confirmip optinip'.split(' '),
  'consent.wording': 'consentwording consenttext consentlanguage'.split(' '),
  'consent.url': 'consenturl consentpage optinurl'.split(' '),
};

/** Columns that our own file of faulty rows adds: they are nobody's. */
export const reasonHeadings = ['import_row', 'import_code', 'import_field', 'import_error'] as const;

const normalized = (header: string) =>
  header
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** What Amazon Pinpoint puts before the names of a sender's own attributes. */
const attribute = /^(?:User\.UserAttributes|Attributes|Metrics)\.(.+)$/;
/** What our own exports put before the names of an organization's own fields. */
const ownHeading = /^customFields\.(.+)$/i;

export interface Proposal extends Column {
  /** From 0 to 1: 1 where the header names the field itself, less where it is one of several names, or was guessed. */
  confidence: number;
}

/** The columns that were understood, the better ones of a target first; others are left out. */
export const columnsOf = (headers: readonly string[]): Proposal[] => {
  const ranked = headers.flatMap((header, index) => {
    const [, exported] = ownHeading.exec(header) ?? [];
    if (exported !== undefined) return [{ index, target: ownFieldTarget(exported.slice(0, 64)), rank: 0 }];
    const [, own] = attribute.exec(header) ?? [];
    const name = normalized(own ?? header);
    const known = columnTargets.find((target) => names[target].includes(name));
    if (known !== undefined) return [{ index, target: known, rank: names[known].indexOf(name) }];
    return own === undefined ? [] : [{ index, target: ownFieldTarget(own.slice(0, 64)), rank: 0 }];
  });
  const proposals = ranked
    .toSorted((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ index, target, rank }): Proposal => ({ index, target, confidence: rank === 0 ? 1 : 0.9 }))
    .filter(({ target }) => ColumnTarget.safeParse(target).success);
  return withoutHalfConsents(proposals);
};

/** With the columns that are named like a typed field of the organization's own, where nothing else is known of them. */
export const withOwnFields = (
  headers: readonly string[],
  proposals: readonly Proposal[],
  ownFields: readonly string[],
): Proposal[] => [
  ...proposals,
  ...headers.flatMap((header, index) => {
    const field = ownFields.find((name) => normalized(name) === normalized(header));
    if (field === undefined || proposals.some((proposal) => proposal.index === index)) return [];
    return [{ index, target: ownFieldTarget(field), confidence: 1 }];
  }),
];

/** When somebody agreed says little without how: such columns are left to whoever knows. */
const withoutHalfConsents = (proposals: readonly Proposal[]) => {
  const has = (wanted: ColumnTarget) => proposals.some(({ target }) => target === wanted);
  const whole = has('consent.source') && has('consent.at');
  return proposals.filter(({ target }) => whole || !target.startsWith('consent.'));
};
