import { idOf } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { descriptiveFields } from './contact.ts';
import type { StoredContact } from './contact-item.ts';

/** A part of an import that is done, counted and repeated as one. */
export interface ImportBatch {
  organizationId: OrganizationId;
  jobId: string;
  /** The part's number in its job. */
  part: number;
  listId: string | undefined;
  /** The auth user who imports. */
  importedBy: string;
  /** Where the contacts come from, as they say it. */
  source: string;
  defaultCountry: string;
  /** Contacts that exist stay as they are, take what they lack, or take all that their rows hold. */
  duplicates: 'skip' | 'fill' | 'overwrite';
  /** ISO 8601 UTC: of the job and not of the moment, so that a repetition writes the same. */
  at: string;
  /** ISO 8601 UTC: of this try, since whoever asks what changed must not miss what a large file changes late. */
  now: string;
  /** Requests to the table that it has under way at once. */
  requestsAtOnce?: number;
}

/** A valid row: whom it is about, and what it says of them. Empty is absent. */
export interface Person {
  row: number;
  /** E.164. */
  phone?: string;
  /** Lower-case. */
  email?: string;
  fields: PersonFields;
  consent?: PersonConsent;
  /** The file says that the person has opted out; what it says otherwise lifts no opt-out. */
  optedOut?: boolean;
}

/** What a row says of a consent that its person gave. */
export interface PersonConsent {
  source?: string;
  /** ISO 8601, not in the future. */
  at?: string;
  ip?: string;
  wording?: string;
  url?: string;
}

/** What a row may say of its person beside phone and e-mail address. */
const personFields = [...descriptiveFields, 'leadStatus', 'tags', 'customFields', 'notes'] as const;

export type PersonFields = Partial<Pick<StoredContact, (typeof personFields)[number]>>;

/** The fields of a contact that a row may change, as they are; with `undefined` for those that it lacks. */
export const fieldsOf = (contact: PersonFields): PersonFields =>
  Object.fromEntries(personFields.map((name) => [name, contact[name]]));

/** A person with the contact that the import makes of them, unless somebody else holds the phone or address. */
export type Candidate = Person & { contactId: string };

/** All rows of a job with one phone (or, without any, one e-mail address) make one contact. */
export const candidateOf = ({ organizationId, jobId }: ImportBatch, person: Person): Candidate => ({
  ...person,
  contactId: idOf(organizationId, jobId, person.phone ?? person.email ?? ''),
});

/** What an import leaves in its items, to know them again: job, part, and the row that they come from. */
export const tracesOf = ({ jobId, part }: ImportBatch, { row }: Person) => ({
  importJob: jobId,
  importPart: part,
  importRow: row,
});
