import type { OrganizationId } from '../platform/organization-id.ts';
import { missing } from '../platform/table/expression.ts';
import type { Item } from '../platform/table/item.ts';
import { auditKeys, directoryKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { AuditEntry, AuditSeal } from './audit-log.ts';

/** The item of an entry, for the transaction of what it records. */
export const auditEntryItem = (organizationId: OrganizationId, entry: AuditEntry): Item => ({
  ...auditKeys.entry(organizationId, entry.id),
  ...entry,
});

/** The item that has the schedule seal an organization's entries when `at` (ISO 8601) has come; see platform/table/due. */
export const unsealedMarker = (organizationId: OrganizationId, environmentId: string, at: string): Item => ({
  ...directoryKeys.dueItem('audit', `${at}#${organizationId}#${environmentId}`),
  organizationId,
  id: environmentId,
  at,
});

/** Which entries to read: their ids from `after` (without it) up to `upTo` (with it). */
export interface EntryRange {
  after?: string | undefined;
  upTo?: string | undefined;
  limit: number;
}

/** Ids are hexadecimal: everything sorts between these. */
const lowest = ' ';
const highest = '~';

/** The audit log of one organization: its entries, and the seals over them. */
export const auditStore = (table: Table, organizationId: OrganizationId) => {
  const readBuckets = async (range: { from: string; upTo: string; limit: number; reverse: boolean }) => {
    if (range.from > range.upTo) return [];
    const pages = await Promise.all(
      auditKeys.entryBuckets(organizationId).map((pk) =>
        table.query({
          pk,
          prefix: range.from,
          upTo: range.upTo,
          limit: range.limit,
          reverse: range.reverse,
          consistent: true,
        }),
      ),
    );
    return pages.flatMap(({ items }) => items.map((item) => AuditEntry.parse(item)));
  };

  return {
    /** Entries in the order of their making, the first `limit` of the range. */
    oldest: async ({ after = lowest, upTo = highest, limit }: EntryRange): Promise<AuditEntry[]> => {
      // A range of keys has both its ends: one more than wanted makes up for the one that is known already.
      const entries = await readBuckets({ from: after, upTo, limit: limit + 1, reverse: false });
      const beyond = entries.filter(({ id }) => id > after);
      return beyond.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
    },

    /** Entries, the newest first: those before `before` (without it) and from `from` on, at most `limit`. */
    newest: async ({
      before = highest,
      from = lowest,
      limit,
    }: {
      before?: string | undefined;
      from?: string | undefined;
      limit: number;
    }): Promise<AuditEntry[]> => {
      const entries = await readBuckets({ from, upTo: before, limit: limit + 1, reverse: true });
      const beyond = entries.filter(({ id }) => id < before);
      return beyond.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
    },

    /** The last seal; undefined where nothing is sealed yet. */
    lastSeal: async (): Promise<AuditSeal | undefined> => {
      const { items } = await table.query({
        pk: auditKeys.seals(organizationId),
        limit: 1,
        reverse: true,
        consistent: true,
      });
      return items[0] && AuditSeal.parse(items[0]);
    },

    /** The seals from `after` on, in the order of the chain. */
    seals: async (after: string | undefined) => {
      const { items, next } = await table.query({ pk: auditKeys.seals(organizationId), after, consistent: true });
      return { seals: items.map((item) => AuditSeal.parse(item)), next };
    },

    /** Adds a seal at the end. Answers false when another stands in its place. */
    addSeal: (seal: AuditSeal): Promise<boolean> =>
      unlessRefused(() => table.put({ ...auditKeys.seal(organizationId, seal.sequence), ...seal }, missing('pk'))),
  };
};
