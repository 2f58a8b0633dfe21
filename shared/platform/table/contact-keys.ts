import type { OrganizationId } from '../organization-id.ts';
import { digitOf, idBucket, initialOf, initials, of, padded, reversed, shardOf } from './key-parts.ts';
import { digitPairs, hexBuckets } from './walk.ts';

/** The data model goes on here: contacts, their own fields and consents, lists and imports. */

/** What stands by its first letter stands in four partitions: a file may hold one company, or `info@` addresses only. */
const shards = ['0', '1', '2', '3'] as const;
const underInitial = (org: OrganizationId, noun: string, initial: string) =>
  shards.map((shard) => of(org, noun, initial, shard));
/** Sorts before a space: `ann` comes before `ann lee`. */
const entryEnd = '\t';

export const contactKeys = {
  /** A contact by its id; all contacts by walking sixteen buckets. */
  buckets: (org: OrganizationId) => hexBuckets.map((bucket) => of(org, 'contacts', bucket)),
  contact: (org: OrganizationId, contactId: string) => ({
    pk: of(org, 'contacts', idBucket(contactId)),
    sk: contactId,
  }),
  /**
   * Who holds a phone: uniqueness, exact look-up, and search by last digits in one. Reversed, so that a local
   * business's numbers, alike in their first digits, spread over a hundred partitions.
   */
  phoneBuckets: (org: OrganizationId) => digitPairs.map((bucket) => of(org, 'phones', bucket)),
  phoneClaim: (org: OrganizationId, phone: string) => ({
    pk: of(org, 'phones', phone.slice(-2)),
    sk: reversed(phone),
  }),
  /**
   * Who holds an e-mail address, by its first letter, each letter in four shards by a hash of the address: uniqueness,
   * exact look-up, and search by its beginning, which reads the four of one letter.
   */
  emailShards: (org: OrganizationId) => initials.map((initial) => underInitial(org, 'emails', initial)),
  emailsLike: (org: OrganizationId, beginning: string) => underInitial(org, 'emails', initialOf(beginning)),
  emailClaim: (org: OrganizationId, email: string) => ({
    pk: of(org, 'emails', initialOf(email), shardOf(digitOf(email), shards.length)),
    sk: email,
  }),
  /** The last digits of a phone in one partition, where there are two of them. */
  phonesLike: (org: OrganizationId, lastDigits: string) => ({
    pk: of(org, 'phones', lastDigits.slice(-2)),
    prefix: reversed(lastDigits),
  }),
  /** Contacts in the order of a name, by its first letter; each letter in four shards by the contact's id. */
  nameShards: (org: OrganizationId) => initials.map((initial) => underInitial(org, 'names', initial)),
  namesLike: (org: OrganizationId, beginning: string) => underInitial(org, 'names', initialOf(beginning)),
  name: (org: OrganizationId, name: string, contactId: string) => ({
    pk: of(org, 'names', initialOf(name), shardOf(idBucket(contactId), shards.length)),
    sk: `${name}${entryEnd}${contactId}`,
  }),
  /** Contacts by when they were changed last (ISO 8601 UTC): sixteen shards by id bear any import. */
  changeShards: (org: OrganizationId) => hexBuckets.map((bucket) => of(org, 'changes', bucket)),
  change: (org: OrganizationId, changedAt: string, contactId: string) => ({
    pk: of(org, 'changes', idBucket(contactId)),
    sk: `${changedAt}${entryEnd}${contactId}`,
  }),
};

/** The contact that a sort key of the names or of the changes stands for, and its name or moment. */
export const entryOfKey = (sk: string): { entry: string; contactId: string } => {
  const [entry = '', contactId = ''] = sk.split(entryEnd);
  return { entry, contactId };
};

export const customFieldKeys = {
  /** What an organization says of its contacts' own fields: few, read together when a contact with such fields is written. */
  fields: (org: OrganizationId) => of(org, 'custom-fields'),
  /** By name, which is so unique in its organization. */
  field: (org: OrganizationId, name: string) => ({ pk: of(org, 'custom-fields'), sk: name.trim().toLowerCase() }),
};

export const consentKeys = {
  /**
   * The consents of a contact side by side, by when they were given; where nobody knows when, before all others.
   * They are spread as the contacts are.
   */
  buckets: (org: OrganizationId) => hexBuckets.map((bucket) => of(org, 'consents', bucket)),
  ofContact: (org: OrganizationId, contactId: string) => of(org, 'consents', idBucket(contactId)),
  prefixOf: (contactId: string) => `${contactId}#`,
  consent: (org: OrganizationId, contactId: string, givenAt: string | null, consentId: string) => ({
    pk: of(org, 'consents', idBucket(contactId)),
    sk: `${contactId}#${givenAt ?? ''}#${consentId}`,
  }),
};

export const contactListKeys = {
  /** The lists of an organization: few, newest first by their sequential ids. */
  lists: (org: OrganizationId) => of(org, 'lists'),
  list: (org: OrganizationId, listId: string) => ({ pk: of(org, 'lists'), sk: listId }),
  /** What is kept of a list apart from it. */
  parts: (org: OrganizationId, listId: string) => of(org, 'list', listId),
  /** How many contacts a list holds: apart from the list, which people edit. */
  count: (org: OrganizationId, listId: string) => ({ pk: of(org, 'list', listId), sk: 'count' }),
  names: (org: OrganizationId) => of(org, 'list-names'),
  /** A list's name is unique in its organization. */
  nameClaim: (org: OrganizationId, name: string) => ({ pk: of(org, 'list-names'), sk: name.trim().toLowerCase() }),
  /** A deleted list whose members are not yet on their way out. */
  removals: (org: OrganizationId) => of(org, 'list-removals'),
  removal: (org: OrganizationId, listId: string) => ({ pk: of(org, 'list-removals'), sk: listId }),
  /** The members of a list, with the phone, in the order of contact ids: lists merge as they are read. */
  memberBuckets: (org: OrganizationId, listId: string) =>
    hexBuckets.map((bucket) => of(org, 'members', listId, bucket)),
  member: (org: OrganizationId, listId: string, contactId: string) => ({
    pk: of(org, 'members', listId, idBucket(contactId)),
    sk: contactId,
  }),
};

export const importKeys = {
  /** The imports of an organization, newest first by their sequential ids. */
  jobs: (org: OrganizationId) => of(org, 'imports'),
  job: (org: OrganizationId, jobId: string) => ({ pk: of(org, 'imports'), sk: jobId }),
  /** The chunks of a job in the file's order: which are done, and what is still to be enqueued. */
  chunks: (org: OrganizationId, jobId: string) => of(org, 'import', jobId),
  chunkPrefix: 'chunk#',
  chunk: (org: OrganizationId, jobId: string, index: number) => ({
    pk: of(org, 'import', jobId),
    sk: `chunk#${padded(index, 6)}`,
  }),
  /** Whom the rows of a chunk are about, for a dry run: in the file's order. */
  identityPrefix: (checkId: string) => `identities#${checkId}#`,
  identities: (org: OrganizationId, jobId: string, checkId: string, index: number) => ({
    pk: of(org, 'import', jobId),
    sk: `identities#${checkId}#${padded(index, 6)}`,
  }),
  /** Saved mappings, by an id that follows from their names. */
  mappings: (org: OrganizationId) => of(org, 'import-mappings'),
  mapping: (org: OrganizationId, mappingId: string) => ({ pk: of(org, 'import-mappings'), sk: mappingId }),
  /** The first row errors of a chunk, in the file's order, only where there are any. */
  errorPrefix: 'errors#',
  errors: (org: OrganizationId, jobId: string, index: number) => ({
    pk: of(org, 'import', jobId),
    sk: `errors#${padded(index, 6)}`,
  }),
  /** Beside the errors of a chunk. */
  lateWarning: (org: OrganizationId, jobId: string, index: number, row: number) => ({
    pk: of(org, 'import', jobId),
    sk: `errors#${padded(index, 6)}#${padded(row, 8)}`,
  }),
};

export const contactJobKeys = {
  /** Counts, bulk operations and other work over many contacts, newest first by their sequential ids. */
  jobs: (org: OrganizationId) => of(org, 'contact-jobs'),
  job: (org: OrganizationId, jobId: string) => ({ pk: of(org, 'contact-jobs'), sk: jobId }),
  /** How far each part of a job is, and what went wrong in its steps. */
  parts: (org: OrganizationId, jobId: string) => of(org, 'contact-job', jobId),
  partPrefix: 'part#',
  part: (org: OrganizationId, jobId: string, index: number) => ({
    pk: of(org, 'contact-job', jobId),
    sk: `part#${padded(index, 3)}`,
  }),
  errorPrefix: 'errors#',
  errors: (org: OrganizationId, jobId: string, index: number, step: number) => ({
    pk: of(org, 'contact-job', jobId),
    sk: `errors#${padded(index, 3)}#${padded(step, 6)}`,
  }),
  /** The likely duplicates that a job found, part by part. */
  duplicates: (org: OrganizationId, jobId: string) => of(org, 'contact-duplicates', jobId),
  duplicate: (org: OrganizationId, jobId: string, groupId: string) => ({
    pk: of(org, 'contact-duplicates', jobId),
    sk: groupId,
  }),
  /** What a job did to each contact, for as long as that can be taken back. */
  traceBuckets: (org: OrganizationId, jobId: string) =>
    hexBuckets.map((bucket) => of(org, 'contact-traces', jobId, bucket)),
  trace: (org: OrganizationId, jobId: string, contactId: string) => ({
    pk: of(org, 'contact-traces', jobId, idBucket(contactId)),
    sk: contactId,
  }),
};
