import * as z from 'zod';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { inFlight } from '../platform/table/bulk.ts';
import { contactKeys, entryOfKey } from '../platform/table/contact-keys.ts';
import { chunksOf } from '../platform/table/retry.ts';
import { merged, readMerged } from '../platform/table/stream.ts';
import type { Table } from '../platform/table/table.ts';
import { emailsOf, type StoredContact } from './contact-item.ts';
import { nameIn } from './contact-names.ts';
import { contactStore } from './contact-store.ts';
import { type DuplicateReason, type Likeness, likeByPlace, mailboxOf } from './likeness.ts';

/** Entries of the names, and mailboxes with several addresses, that one step deals with. */
const mostEntries = 1000;
const mostMailboxes = 500;
const addressesAtOnce = 2000;
/** Contacts of one name that are compared with each other. */
const mostOfOneName = 10_000;

const Claim = z.object({ sk: z.string(), contactId: z.string() });

/** What one step found, and after what the next one goes on; nothing when all is looked through. */
export interface FoundDuplicates {
  found: Likeness[];
  examined: number;
  next: string | undefined;
}

/** One of so many slices of the mailboxes, by a hash: what is remembered at once is bounded by their number. */
export interface Slice {
  slice: number;
  slices: number;
}

/** FNV-1a. */
const hashOf = (text: string) => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
};

/**
 * Finds contacts that are likely the same among those under one initial, by the indexes that search reads: addresses
 * of one mailbox begin alike, and contacts of one name stand side by side. `keep` says which contacts are meant.
 */
export const duplicateFinder = (
  table: Table,
  organizationId: OrganizationId,
  keep: (contact: StoredContact) => boolean,
) => {
  const store = contactStore(table, organizationId);

  const contactsById = async (ids: readonly string[]) => {
    const pages = await mapConcurrently(chunksOf([...new Set(ids)], 100), inFlight, (some) => store.all(some));
    return new Map(
      pages
        .flat()
        .filter(keep)
        .map((contact) => [contact.id, contact]),
    );
  };

  /**
   * Mailboxes with several contacts. Only addresses that may have others anywhere are remembered (a tag, or Gmail):
   * any other sorts after its own with a tag. Some 200 bytes each: 20 MB for 100,000 addresses at Gmail.
   */
  const mailboxes = async (initial: number, { slice, slices }: Slice) => {
    const shards = contactKeys.emailShards(organizationId)[initial] ?? [];
    const first = new Map<string, string>();
    const several = new Map<string, Set<string>>();
    let examined = 0;
    for await (const item of merged(table, shards, { atOnce: addressesAtOnce })) {
      const { sk, contactId } = Claim.parse(item);
      const { key, varies } = mailboxOf(sk);
      examined += 1;
      if (slices > 1 && hashOf(key) % slices !== slice) continue;
      const known = first.get(key);
      if (known === undefined) {
        if (varies) first.set(key, contactId);
      } else if (known !== contactId) several.set(key, (several.get(key) ?? new Set([known])).add(contactId));
    }
    return { several, examined };
  };

  return {
    /** By e-mail address. A step reads all addresses of the slice; `after` is a mailbox. */
    byEmail: async (initial: number, slice: Slice, after: string | undefined): Promise<FoundDuplicates> => {
      const { several, examined } = await mailboxes(initial, slice);
      const keys = [...several.keys()].filter((key) => after === undefined || key > after).toSorted();
      const those = keys.slice(0, mostMailboxes);
      const contacts = await contactsById(those.flatMap((key) => [...(several.get(key) ?? [])]));
      const found = those.map((key): Likeness => {
        const held = [...(several.get(key) ?? [])].flatMap((id) => contacts.get(id) ?? []);
        const same = held.filter((contact) => emailsOf(contact).some((email) => mailboxOf(email).key === key));
        return { reason: 'email', key, contacts: same };
      });
      return {
        found: found.filter(({ contacts: same }) => same.length > 1),
        examined: after === undefined ? examined : 0,
        next: keys.length > those.length ? those.at(-1) : undefined,
      };
    },

    /** By full name and place; `after` is an entry of the names. A name is never cut short of 10,000 contacts. */
    byName: async (
      initial: number,
      reasons: readonly DuplicateReason[],
      after: string | undefined,
    ): Promise<FoundDuplicates> => {
      const shards = contactKeys.nameShards(organizationId)[initial] ?? [];
      const entries = await readMerged(table, shards, { after, limit: mostEntries });
      const full = entries.length === mostEntries;
      const last = entries.at(-1)?.sk;
      if (full && last !== undefined) {
        const prefix = contactKeys.name(organizationId, entryOfKey(last).entry, '').sk;
        entries.push(...(await readMerged(table, shards, { prefix, after: last, limit: mostOfOneName })));
      }
      const byName = new Map<string, string[]>();
      for (const { sk } of entries) {
        const { entry, contactId } = entryOfKey(sk);
        const ids = byName.get(entry);
        if (ids) ids.push(contactId);
        else byName.set(entry, [contactId]);
      }
      const namesakes = [...byName].filter(([, ids]) => ids.length > 1);
      const contacts = await contactsById(namesakes.flatMap(([, ids]) => ids));
      return {
        found: namesakes.flatMap(([name, ids]) => {
          const called = ids.flatMap((id) => contacts.get(id) ?? []);
          return likeByPlace(
            called.filter((contact) => nameIn('firstName', contact) === name),
            reasons,
          );
        }),
        examined: entries.length,
        next: full ? entries.at(-1)?.sk : undefined,
      };
    },
  };
};
