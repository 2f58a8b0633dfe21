import * as z from 'zod';
import type { Audience } from '../contact-lists/audience.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys, entryOfKey } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import { readMerged } from '../platform/table/stream.ts';
import type { Table } from '../platform/table/table.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import { contactOfItem, type StoredContact } from './contact-item.ts';
import { type ContactOrder, nameIn } from './contact-names.ts';
import { foundBy, type Search } from './contact-search.ts';
import { contactStore } from './contact-store.ts';

/** A place in a walk and the contact met there, unless it is gone or stands in the walk elsewhere as well. */
export interface Met {
  position: Position;
  contact: StoredContact | undefined;
}

/** Contacts in some order, read from a position on. Answers where to go on while there may be more. */
export type ContactSource = (
  after: Position | undefined,
  limit: number,
) => Promise<{ met: Met[]; next: Position | undefined }>;

/** Partitions that are read as one, in the order of their sort keys. */
interface Group {
  partitions: readonly string[];
  prefix?: string;
  /** The contact itself, or the id of the one that an index entry names. */
  contactOf: (item: Item) => StoredContact | string;
  /** Whether the contact is met by this entry: each is met once, and an entry may be left over from an old name. */
  stands: (contact: StoredContact, item: Item) => boolean;
}

const Claim = z.object({ contactId: z.string() });
const claimant = (item: Item) => Claim.parse(item).contactId;
const indexed = ({ sk }: Item) => entryOfKey(sk).contactId;

/** The ways through an organization's contacts. */
export const contactSources = (table: Table, organizationId: OrganizationId, audience: Audience) => {
  const store = contactStore(table, organizationId);

  const everyone = (stands: Group['stands']): Group[] =>
    contactKeys.buckets(organizationId).map((pk) => ({ partitions: [pk], contactOf: contactOfItem, stands }));

  const through =
    (groups: readonly Group[], reverse = false): ContactSource =>
    async (after, limit) => {
      const found: { position: Position; group: Group; item: Item; contact: StoredContact | string }[] = [];
      let [index, sk] = after ?? [0, null];
      for (let group = groups[index]; group && found.length < limit; group = groups[index]) {
        const wanted = limit - found.length;
        const { partitions, prefix = '', contactOf } = group;
        const items = await readMerged(table, partitions, { prefix, after: sk ?? undefined, limit: wanted, reverse });
        for (const item of items) found.push({ position: [index, item.sk], group, item, contact: contactOf(item) });
        if (items.length === wanted) break;
        index += 1;
        sk = null;
      }
      const ids = found.flatMap(({ contact }) => (typeof contact === 'string' ? [contact] : []));
      const contacts = new Map((await store.all([...new Set(ids)])).map((contact) => [contact.id, contact]));
      const met = found.map(({ position, group, item, contact: inline }) => {
        const contact = typeof inline === 'string' ? contacts.get(inline) : inline;
        return { position, contact: contact && group.stands(contact, item) ? contact : undefined };
      });
      return { met, next: index < groups.length ? (met.at(-1)?.position ?? [index, null]) : undefined };
    };

  const byChange: Group = {
    partitions: contactKeys.changeShards(organizationId),
    contactOf: indexed,
    stands: ({ updatedAt }, { sk }) => updatedAt === entryOfKey(sk).entry,
  };

  const inOrder = (order: ContactOrder): Group[] => {
    if (order === 'email')
      return contactKeys.emailShards(organizationId).map((partitions) => ({
        partitions,
        contactOf: claimant,
        stands: ({ email }, { sk }) => email === sk,
      }));
    if (order === 'updatedAt') return [byChange];
    return contactKeys.nameShards(organizationId).map((partitions) => ({
      partitions,
      contactOf: indexed,
      stands: (contact, { sk }) => nameIn(order, contact) === entryOfKey(sk).entry,
    }));
  };

  return {
    /** All of them, in the order of bucket and id. */
    all: through(everyone(() => true)),

    /** Those of one bucket of ids. */
    bucket: (index: number): ContactSource => through(everyone(() => true).slice(index, index + 1)),

    /** The members of a list, of whatever kind, in the same order; of one bucket if it is named. */
    members:
      (listId: string, bucket?: number): ContactSource =>
      async (after, limit) => {
        const { members, next } = await audience.page({ listIds: [listId], after, limit, bucket });
        const contacts = new Map(
          (await store.all(members.map(({ contactId }) => contactId))).map((contact) => [contact.id, contact]),
        );
        return {
          met: members.map(({ contactId }) => ({
            position: [hexBuckets.findIndex((digit) => contactId.endsWith(digit)), contactId],
            contact: contacts.get(contactId),
          })),
          next,
        };
      },

    /** Those that a search means: by name in its order, then by e-mail address, then by phone. */
    found: (search: Search): ContactSource => {
      const { name, email, digits } = search;
      const byName: Group = {
        partitions: contactKeys.namesLike(organizationId, name),
        prefix: name,
        contactOf: indexed,
        stands: (contact, { sk }) => {
          const found = foundBy(search, contact);
          return found?.index === 'name' && found.by === entryOfKey(sk).entry;
        },
      };
      const byClaim = (index: 'email' | 'phone', partitions: readonly string[], prefix: string): Group => ({
        partitions,
        prefix,
        contactOf: claimant,
        stands: (contact, { sk }) => {
          const found = foundBy(search, contact);
          return found?.index === index && contactKeys[`${index}Claim`](organizationId, found.by).sk === sk;
        },
      });
      const phones = digits === undefined ? undefined : contactKeys.phonesLike(organizationId, digits);
      return through([
        ...(name === '' ? [] : [byName]),
        ...(email === undefined ? [] : [byClaim('email', contactKeys.emailsLike(organizationId, email), email)]),
        ...(phones ? [byClaim('phone', [phones.pk], phones.prefix)] : []),
      ]);
    },

    /** Those that were changed at a moment (ISO 8601 UTC) or later, the earliest change first. */
    changedSince: (moment: string): ContactSource => {
      const read = through([byChange]);
      return (after, limit) => read(after ?? [0, moment], limit);
    },

    /** All in the order of a name, of the e-mail address or of their last change; those without it come last. */
    sorted: (order: ContactOrder, reverse: boolean): ContactSource => {
      const groups = inOrder(order);
      if (order === 'updatedAt') return through(groups, reverse);
      const without = (contact: StoredContact) =>
        order === 'email' ? contact.email === undefined : nameIn(order, contact) === '';
      return through([...(reverse ? groups.toReversed() : groups), ...everyone(without)], reverse);
    },
  };
};

/** What one page reads at the most, however little of it passes: its cost doesn't grow with the organization. */
const mostRead = 1000;

/** Reads up to `limit` contacts that `keep` lets pass. Answers where to go on, even after a page that found few. */
export const collect = async (
  source: ContactSource,
  keep: (contact: StoredContact) => boolean,
  { after, limit }: { after: Position | undefined; limit: number },
): Promise<{ items: StoredContact[]; next: Position | undefined; read: number }> => {
  const items: StoredContact[] = [];
  let position = after;
  let read = 0;
  for (;;) {
    // One more than is missing tells whether there is a next page; where little passes, reads grow.
    const wanted = Math.min(mostRead - read, Math.max(limit - items.length + 1, Math.min(read, 250)));
    const { met, next } = await source(position, wanted);
    for (const { contact, position: at } of met) {
      if (items.length === limit) return { items, next: position, read };
      read += 1;
      position = at;
      if (contact && keep(contact)) items.push(contact);
    }
    if (next === undefined) return { items, next: undefined, read };
    position = next;
    if (read >= mostRead || items.length === limit || met.length === 0) return { items, next: position, read };
  }
};
