import * as z from 'zod';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, exists, lessThan, missing, or } from '../platform/table/expression.ts';
import type { Item } from '../platform/table/item.ts';
import { dncKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import { DncEntry, DncList } from './dnc.ts';

const StoredEntry = DncEntry.omit({ listName: true, status: true });
export type StoredEntry = z.infer<typeof StoredEntry>;

const EntryPointer = z.object({ listId: z.uuid(), phoneNumber: z.string() });

/** The Do-Not-Call lists and entries of an organization. */
export const dncStore = (table: Table, organizationId: OrganizationId) => {
  const listKey = (listId: string) => dncKeys.list(organizationId, listId);
  const entryKey = (entry: { listId: string; phoneNumber: string }) =>
    dncKeys.entry(organizationId, entry.listId, entry.phoneNumber);

  return {
    list: async (listId: string) => optional(DncList, await table.get(listKey(listId))),

    /** Lists are few: all of them are read where a number is to be checked. */
    lists: async () => {
      const { items } = await table.query({ pk: dncKeys.lists(organizationId), consistent: true });
      return items.map((item) => DncList.parse(item));
    },

    listPage: async (after: Position | undefined, limit: number) => {
      const page = await walk(table, { partitions: [dncKeys.lists(organizationId)], reverse: true }, { after, limit });
      return { items: page.items.map((item) => DncList.parse(item)), next: page.next };
    },

    createList: (list: DncList, others: readonly Write[] = []) =>
      table.transact([{ put: { ...listKey(list.id), ...list }, if: missing('pk') }, ...others]),

    /** Answers whether there is such a list. */
    changeList: (listId: string, set: Record<string, unknown>, others: readonly Write[] = []) =>
      unlessRefused(() => table.transact([{ update: listKey(listId), change: { set }, if: exists('pk') }, ...others])),

    /** Deletes a list without entries. Answers false for one that still has some. */
    deleteList: (listId: string, others: readonly Write[] = []) =>
      unlessRefused(() => table.transact([{ delete: listKey(listId), if: equals('contactCount', 0) }, ...others])),

    /** Puts a number on a list, with its id and the list's count. Answers false when it stands there and still counts. */
    addEntry: async (entry: StoredEntry, now: string, others: readonly Write[] = []) => {
      const standing = optional(StoredEntry, await table.get(entryKey(entry), { consistent: true }));
      return unlessRefused(() =>
        table.transact([
          { put: { ...entryKey(entry), ...entry }, if: or(missing('pk'), lessThan('expiryDate', now)) },
          {
            put: { ...dncKeys.entryId(organizationId, entry.id), listId: entry.listId, phoneNumber: entry.phoneNumber },
          },
          {
            update: listKey(entry.listId),
            change: { set: { lastUpdated: now }, add: { contactCount: standing ? 0 : 1 } },
            if: exists('pk'),
          },
          ...(standing ? [{ delete: dncKeys.entryId(organizationId, standing.id) }] : []),
          ...others,
        ]),
      );
    },

    entryById: async (entryId: string) => {
      const pointer = optional(EntryPointer, await table.get(dncKeys.entryId(organizationId, entryId)));
      if (!pointer) return undefined;
      const entry = optional(StoredEntry, await table.get(entryKey(pointer), { consistent: true }));
      return entry?.id === entryId ? entry : undefined;
    },

    /** Takes an entry off its list. Answers false when it was gone already. */
    deleteEntry: async (entry: StoredEntry, now: string, others: readonly Write[] = []) => {
      return unlessRefused(() =>
        table.transact([
          { delete: entryKey(entry), if: equals('id', entry.id) },
          { delete: dncKeys.entryId(organizationId, entry.id) },
          { update: listKey(entry.listId), change: { set: { lastUpdated: now }, add: { contactCount: -1 } } },
          ...others,
        ]),
      );
    },

    entryPage: async (listIds: readonly string[], after: Position | undefined, limit: number) => {
      const partitions = listIds.flatMap((listId) => dncKeys.entryBuckets(organizationId, listId));
      const page = await walk(table, { partitions }, { after, limit });
      return { items: page.items.map((item) => StoredEntry.parse(item)), next: page.next };
    },

    /** The entries of these phones on these lists: one exact read for each pair, 100 a request. */
    entriesOf: async (phones: readonly string[], listIds: readonly string[], consistent = false) => {
      const keys = listIds.flatMap((listId) => phones.map((phoneNumber) => entryKey({ listId, phoneNumber })));
      const items = await table.getAll(keys, { consistent });
      return items.flatMap((item) => (item ? [StoredEntry.parse(item)] : []));
    },
  };
};

const optional = <T>(schema: z.ZodType<T>, item: Item | undefined) => (item ? schema.parse(item) : undefined);
