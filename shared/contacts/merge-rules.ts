import { AppError } from '../errors.ts';
import { personalFields } from './contact.ts';
import { contactOf, emailsOf, phonesOf, type StoredContact } from './contact-item.ts';

/** What the newest contact that says anything decides, each by itself. */
const decided = [...personalFields, 'leadStatus', 'source', 'notes', 'assignedManagerId'] as const;

/** Contacts that one contact remembers it took in. */
const mostRemembered = 100;

/** As of when a contact says what it says: a merge changes it without making it newer. */
const recency = ({ updatedAt, merged }: StoredContact) => (merged?.at === updatedAt ? merged.asOf : updatedAt);

const isNewer = (one: StoredContact, other: StoredContact) => {
  const [a, b] = [recency(one), recency(other)];
  return a === b ? one.id > other.id : a > b;
};

/** Which contact stays, and in what order it takes in the others. */
export interface MergeOrder {
  survivor: StoredContact;
  others: StoredContact[];
}

/**
 * The contact that signs in stays, else the preferred one, else the newest. It takes in the older ones, the newest of
 * them first, then the newer ones, the oldest first: taken one by one, each field is then what the newest of all says.
 * @throws AppError CONFLICT for two that sign in
 */
export const mergeOrder = (contacts: readonly StoredContact[], preferredId?: string): MergeOrder => {
  const sorted = contacts.toSorted((one, other) => (isNewer(one, other) ? -1 : 1));
  const [signing, another] = sorted.filter(({ authUserId }) => authUserId !== undefined);
  if (another) throw new AppError('CONFLICT', 'Two of the contacts sign in: delete the auth user of one first');
  const survivor = signing ?? sorted.find(({ id }) => id === preferredId) ?? sorted[0];
  if (!survivor) throw new Error('Nobody is to be merged');
  const place = sorted.indexOf(survivor);
  return { survivor, others: [...sorted.slice(place + 1), ...sorted.slice(0, place).toReversed()] };
};

const union = (some: readonly string[] = [], more: readonly string[] = []) => [...new Set([...some, ...more])];

const filled = (fields: StoredContact['customFields'] = {}) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));

/**
 * What becomes of a contact that takes in another at `at` (ISO 8601): field by field what the newer of the two says,
 * and nothing empty wins over what is filled. Tags, lists and custom fields are united; phones and e-mail addresses
 * that it isn't written to stay with it as its others.
 */
export const absorb = (survivor: StoredContact, other: StoredContact, at: string): StoredContact => {
  const [newer, older] = isNewer(survivor, other) ? [survivor, other] : [other, survivor];
  const { authUserId, assignedManagerId } = survivor;
  return contactOf({
    ...survivor,
    ...Object.fromEntries(decided.map((name) => [name, newer[name] ?? older[name]])),
    // Whoever looks after a contact that signs in is changed with its auth user.
    ...(authUserId === undefined ? {} : { assignedManagerId }),
    status: newer.status,
    tags: union(newer.tags, older.tags),
    customFields: { ...filled(older.customFields), ...filled(newer.customFields) },
    otherPhones: union(phonesOf(newer), phonesOf(older)),
    otherEmails: union(emailsOf(newer), emailsOf(older)),
    updatedAt: at,
    merged: {
      at,
      asOf: recency(newer),
      ids: union(survivor.merged?.ids, [other.id, ...(other.merged?.ids ?? [])]).slice(-mostRemembered),
    },
    lists: { ...other.lists, ...survivor.lists },
  });
};

/** What becomes of contacts that are merged, of which there is at least one. @throws AppError CONFLICT */
export const mergedOf = (contacts: readonly StoredContact[], at: string, preferredId?: string): StoredContact => {
  const { survivor, others } = mergeOrder(contacts, preferredId);
  return others.reduce((merged, other) => absorb(merged, other, at), survivor);
};
