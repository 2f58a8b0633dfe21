import type { OrganizationId } from '../organization-id.ts';
import { idBucket, of, padded, pairBucket, phoneBucket } from './key-parts.ts';
import { digitBuckets, digitPairs, hashBuckets, hexBuckets } from './walk.ts';

/**
 * The page of the data model: the keys of every item in the one table, each with the access pattern it serves.
 * Every partition begins with its organization, the directory's excepted. Whatever an import or a campaign writes a
 * row is spread over buckets from a fixed set, so that no partition takes more than a tenth of the rows and
 * everything of an organization can be walked without a scan.
 */

/** Features whose schedule finds its work among what falls due. */
export type DueFeature =
  | 'imports'
  | 'campaigns'
  | 'scrubs'
  | 'audit'
  | 'identity-providers'
  | 'closures'
  | 'contact-jobs';

export const directoryKeys = {
  /** An installation-wide claim: which organization and thing holds this username, e-mail, slug or sending number. */
  claim: (kind: 'username' | 'email' | 'slug' | 'sender' | 'issuer' | 'installation', value: string) => ({
    pk: `D#${kind}#${value.toLowerCase()}`,
    sk: 'claim',
  }),
  /** The keys that sign access tokens, all in one item: a rotation changes their states at once. */
  signingKeys: { pk: 'D#signing-keys', sk: 'keys' },
  /** That an organization was there and was erased: when, and nothing else. */
  closed: (org: OrganizationId) => ({ pk: `D#closed#${org}`, sk: 'closed' }),
  /** Counted attempts of a subject that may belong to nobody: a name that was typed, an address. */
  attempts: (kind: string, hash: string, window: number) => ({ pk: `D#attempts#${kind}#${hash}`, sk: String(window) }),
  /** What falls due, soonest first: the schedule of a feature reads what is due and nothing else. */
  due: (feature: DueFeature) => `D#due#${feature}`,
  dueItem: (feature: DueFeature, id: string) => ({ pk: `D#due#${feature}`, sk: id }),
};

export const organizationKeys = {
  /** One organization with its settings. */
  organization: (org: OrganizationId) => ({ pk: of(org), sk: 'organization' }),
  /** Its SMS provider: account, sealed tokens, sender. */
  provider: (org: OrganizationId) => ({ pk: of(org), sk: 'provider' }),
  /** Its closing, while there is one. */
  closure: (org: OrganizationId) => ({ pk: of(org), sk: 'closure' }),
  /** Its data key, sealed by KMS. */
  dataKey: (org: OrganizationId) => ({ pk: of(org), sk: 'data-key' }),
  /** How many active admins there are: the last one stays. */
  admins: (org: OrganizationId) => ({ pk: of(org), sk: 'admins' }),
  /** Exact counts that people see: contacts by status. */
  counts: (org: OrganizationId) => ({ pk: of(org), sk: 'counts' }),
};

export const authKeys = {
  /** The auth users of an organization: few, read as a list and one by one. */
  users: (org: OrganizationId) => of(org, 'auth-users'),
  user: (org: OrganizationId, userId: string) => ({ pk: of(org, 'auth-users'), sk: userId }),
  /** What signs a user in, apart from what lists and answers show. */
  password: (org: OrganizationId, userId: string) => ({ pk: of(org, 'auth-user', userId), sk: 'password' }),
  /** What a call's authorization reads: active, permissions. By user, so that no partition is hot. */
  access: (org: OrganizationId, userId: string) => ({ pk: of(org, 'auth-user', userId), sk: 'access' }),
  /** What a user has to prove by a code, for some minutes. */
  challenge: (org: OrganizationId, userId: string, challengeId: string) => ({
    pk: of(org, 'auth-user', userId),
    sk: `challenge#${challengeId}`,
  }),
  /** The secret of a user's authenticator app, sealed; and the hashes of its recovery codes. */
  totp: (org: OrganizationId, userId: string) => ({ pk: of(org, 'auth-user', userId), sk: 'totp' }),
  recoveryCodes: (org: OrganizationId, userId: string) => ({ pk: of(org, 'auth-user', userId), sk: 'recovery-codes' }),
  /** The sessions of a user, one by one and all together; read on every call beside `access`. */
  sessions: (org: OrganizationId, userId: string) => of(org, 'auth-user', userId),
  sessionPrefix: 'session#',
  session: (org: OrganizationId, userId: string, sessionId: string) => ({
    pk: of(org, 'auth-user', userId),
    sk: `session#${sessionId}`,
  }),
};

export const rateLimitKeys = {
  /** How much of a limit is used in a window: some writes for every hundred calls. */
  counters: (org: OrganizationId) => of(org, 'rate-limits'),
  counter: (org: OrganizationId, kind: string, window: number) => ({
    pk: of(org, 'rate-limits'),
    sk: `${kind}#${window}`,
  }),
};

export const roleKeys = {
  /** The roles that an organization made itself: few, read by id on the calls of their holders. */
  roles: (org: OrganizationId) => of(org, 'roles'),
  role: (org: OrganizationId, roleId: string) => ({ pk: of(org, 'roles'), sk: roleId }),
  names: (org: OrganizationId) => of(org, 'role-names'),
  /** A role's name is unique in its organization. */
  nameClaim: (org: OrganizationId, name: string) => ({ pk: of(org, 'role-names'), sk: name.trim().toLowerCase() }),
};

export const invitationKeys = {
  /** The invitations of an organization, newest first by their sequential ids. */
  invitations: (org: OrganizationId) => of(org, 'invitations'),
  invitation: (org: OrganizationId, invitationId: string) => ({ pk: of(org, 'invitations'), sk: invitationId }),
};

export const identityProviderKeys = {
  /** The issuers whose tokens an organization accepts: few; one is read on each call that its tokens make. */
  providers: (org: OrganizationId) => of(org, 'identity-providers'),
  provider: (org: OrganizationId, providerId: string) => ({ pk: of(org, 'identity-providers'), sk: providerId }),
};

export const apiKeyKeys = {
  /** The API keys of an organization: few; one is read on each call that it authenticates. */
  apiKeys: (org: OrganizationId) => of(org, 'api-keys'),
  apiKey: (org: OrganizationId, keyId: string) => ({ pk: of(org, 'api-keys'), sk: keyId }),
};

/** One partition takes 1,000 writes a second, and an entry is two: four of them bear 2,000 changes a second. */
export const auditBuckets = ['0', '1', '2', '3'] as const;

export const auditKeys = {
  /** The audit log by time, newest or oldest first: entries have sequential ids, spread by their last digit. */
  entryBuckets: (org: OrganizationId) => auditBuckets.map((bucket) => of(org, 'audit', bucket)),
  entry: (org: OrganizationId, entryId: string) => ({
    pk: of(org, 'audit', String(Number.parseInt(entryId.slice(-1), 16) % auditBuckets.length)),
    sk: entryId,
  }),
  /**
   * What entries say of persons, apart from them so that it can be erased: that of one thing side by side, by time. It
   * is spread by the thing's id.
   */
  personalBuckets: (org: OrganizationId) => hexBuckets.map((bucket) => of(org, 'audit-personal', bucket)),
  personalOf: (org: OrganizationId, resourceId: string) => of(org, 'audit-personal', idBucket(resourceId)),
  personalPrefix: (resourceId: string) => `${resourceId}#`,
  personal: (org: OrganizationId, resourceId: string, entryId: string) => ({
    pk: of(org, 'audit-personal', idBucket(resourceId)),
    sk: `${resourceId}#${entryId}`,
  }),
  /** Which thing took this one in, and what is kept of it. */
  absorption: (org: OrganizationId, resourceId: string) => ({
    pk: of(org, 'audit-personal', idBucket(resourceId)),
    sk: `${resourceId}#into`,
  }),
  /** The seals of an organization's audit log, in the order of their chain. */
  seals: (org: OrganizationId) => of(org, 'audit-seals'),
  seal: (org: OrganizationId, sequence: number) => ({ pk: of(org, 'audit-seals'), sk: padded(sequence, 9) }),
};

export const idempotencyKeys = {
  /** The answer kept under a caller's `Idempotency-Key`, by the key's hash: spread by its first character. */
  answers: (org: OrganizationId) => hashBuckets.map((bucket) => of(org, 'idempotency', bucket)),
  answer: (org: OrganizationId, userId: string, keyHash: string) => ({
    pk: of(org, 'idempotency', keyHash.charAt(0)),
    sk: `${userId}#${keyHash}`,
  }),
};

export const campaignKeys = {
  /** The campaigns of an organization, newest first by their sequential ids. */
  campaigns: (org: OrganizationId) => of(org, 'campaigns'),
  campaign: (org: OrganizationId, campaignId: string) => ({ pk: of(org, 'campaigns'), sk: campaignId }),
  /** The counts of a campaign, in the order of its audience's slices. */
  parts: (org: OrganizationId, campaignId: string) => of(org, 'campaign', campaignId),
  /** The counts of a slice, in shards that nobody waits for; those of the campaign are the sum of all. */
  countPrefix: 'count#',
  count: (org: OrganizationId, campaignId: string, slice: number, shard: number) => ({
    pk: of(org, 'campaign', campaignId),
    sk: `count#${padded(slice, 6)}#${shard}`,
  }),
  /** After this come the counts of the slices that follow. */
  countsOfSliceEnd: (slice: number) => `count#${padded(slice, 6)}#~`,
  /** The targets of a campaign, one a recipient: `target` is the phone, or `contact:ID` where there is none to write to. */
  targetBuckets: (org: OrganizationId, campaignId: string) =>
    hexBuckets.map((bucket) => of(org, 'targets', campaignId, bucket)),
  target: (org: OrganizationId, campaignId: string, target: string) => ({
    pk: of(org, 'targets', campaignId, idBucket(target)),
    sk: target,
  }),
};

export const messageKeys = {
  /** The gate of a phone number: its suppression and its last sends. It outlives the contact. */
  gates: (org: OrganizationId) => digitPairs.map((bucket) => of(org, 'gates', bucket)),
  gate: (org: OrganizationId, phone: string) => ({ pk: of(org, 'gates', pairBucket(phone)), sk: phone }),
  /** The messages with phone numbers, those with one side by side. */
  threads: (org: OrganizationId) => digitPairs.map((bucket) => of(org, 'threads', bucket)),
  /** One inbound message, by the provider's id: a webhook delivered twice stores it once. */
  inbound: (org: OrganizationId, phone: string, providerMessageId: string) => ({
    pk: of(org, 'threads', pairBucket(phone)),
    sk: `${phone}#in#${providerMessageId}`,
  }),
};

export const dncKeys = {
  /** The DNC lists of an organization: few. */
  lists: (org: OrganizationId) => of(org, 'dnc-lists'),
  list: (org: OrganizationId, listId: string) => ({ pk: of(org, 'dnc-lists'), sk: listId }),
  /** The entries of a DNC list by phone: one exact read tells whether a number is on it. */
  entryBuckets: (org: OrganizationId, listId: string) =>
    digitBuckets.map((bucket) => of(org, 'dnc-entries', listId, bucket)),
  entry: (org: OrganizationId, listId: string, phone: string) => ({
    pk: of(org, 'dnc-entries', listId, phoneBucket(phone)),
    sk: phone,
  }),
  /** Which list and phone an entry's id stands for. */
  entryIds: (org: OrganizationId) => hexBuckets.map((bucket) => of(org, 'dnc-entry-ids', bucket)),
  entryId: (org: OrganizationId, entryId: string) => ({ pk: of(org, 'dnc-entry-ids', idBucket(entryId)), sk: entryId }),
  /** The scrubs of an organization, newest first by their sequential ids. */
  scrubs: (org: OrganizationId) => of(org, 'scrubs'),
  scrub: (org: OrganizationId, scrubId: string) => ({ pk: of(org, 'scrubs'), sk: scrubId }),
  /** The batches of a scrub that are done, each with its matches counted. */
  scrubBatches: (org: OrganizationId, scrubId: string) => of(org, 'scrub', scrubId),
  scrubBatch: (org: OrganizationId, scrubId: string, batch: string) => ({
    pk: of(org, 'scrub', scrubId),
    sk: `batch#${batch}`,
  }),
};
