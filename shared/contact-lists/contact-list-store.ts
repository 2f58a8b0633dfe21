import * as z from 'zod';
import { ContactFilter } from '../contacts/contact-filter.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactListKeys } from '../platform/table/contact-keys.ts';
import { and, equals, exists, lessThan, missing, or } from '../platform/table/expression.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import { type Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import { ContactListKind, ContactListStatus } from './contact-list.ts';

export const StoredList = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  status: ContactListStatus,
  kind: ContactListKind,
  tags: z.array(z.string()).default([]),
  /** What a list follows from: the sources of a derived list, the list that a segment's filter names. */
  sourceListIds: z.array(z.string()).default([]),
  /** Of a segment. */
  filter: ContactFilter.optional(),
  /** Of a derived list: the object of contact ids to leave out, and the moment as of which its sources count. */
  exclusionsKey: z.string().optional(),
  asOf: z.string().optional(),
  /** Lists that follow from this one: it can't be deleted before them. */
  derivedLists: z.number().default(0),
  createdBy: z.object({ id: z.string(), name: z.string() }),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number(),
});
export type StoredList = z.infer<typeof StoredList>;

const Count = z.object({ members: z.number() });
const OrganizationCounts = z.object({ lists: z.number().default(0) });

const listOf = (item: { sk: string }) => StoredList.parse({ ...item, id: item.sk });

const duplicateName = (listId: unknown) =>
  new AppError('DUPLICATE', 'A contact list of this name exists', { field: 'name', listId });

/** The lists of an organization: each an item, its name's claim and its count. */
export const contactListStore = (table: Table, organizationId: OrganizationId) => {
  const listKey = (listId: string) => contactListKeys.list(organizationId, listId);
  const nameKey = (name: string) => contactListKeys.nameClaim(organizationId, name);
  const countLists = (by: number): Write => ({
    update: organizationKeys.counts(organizationId),
    change: { add: { lists: by } },
  });
  const countFollowing = (source: string, by: number): Write => ({
    update: listKey(source),
    change: { add: { derivedLists: by } },
    if: exists('pk'),
  });
  /** A tombstone: the list is deleted, its members are not yet on their way out. */
  const removalKey = (listId: string) => contactListKeys.removal(organizationId, listId);

  /** The writes that make a list: the claim of its name first. */
  const creation = ({ id, ...list }: StoredList, members = 0): Write[] => [
    { put: { ...nameKey(list.name), listId: id }, if: missing('pk') },
    { put: { ...listKey(id), ...list }, if: missing('pk') },
    // Without a counter nobody can be put into it, whoever tries.
    ...(list.kind === 'segment' ? [] : [{ put: { ...contactListKeys.count(organizationId, id), members } }]),
    countLists(1),
    ...list.sourceListIds.map((source) => countFollowing(source, 1)),
  ];

  return {
    creation,

    /** @throws AppError DUPLICATE */
    assertNameIsFree: async (name: string): Promise<void> => {
      const claim = await table.get(nameKey(name), { consistent: true });
      if (claim) throw duplicateName(claim.listId);
    },

    get: async (listId: string): Promise<StoredList | undefined> => {
      const item = await table.get(listKey(listId), { consistent: true });
      return item && listOf(item);
    },

    /** Those of the lists that exist. */
    all: async (listIds: readonly string[]): Promise<StoredList[]> => {
      const items = await table.getAll([...new Set(listIds)].map(listKey), { consistent: true });
      return items.flatMap((item) => (item ? [listOf(item)] : []));
    },

    page: async (after: Position | undefined, limit: number, keep?: (list: StoredList) => boolean) => {
      const { items, next } = await walk(
        table,
        { partitions: [contactListKeys.lists(organizationId)], reverse: true },
        { after, limit, ...(keep ? { keep: (item) => keep(listOf(item)) } : {}) },
      );
      return { items: items.map(listOf), next };
    },

    /** Exact, by list; a list that is gone has none. */
    memberCounts: async (listIds: readonly string[]): Promise<Map<string, number>> => {
      const items = await table.getAll(
        listIds.map((listId) => contactListKeys.count(organizationId, listId)),
        { consistent: true },
      );
      return new Map(listIds.map((listId, index) => [listId, items[index] ? Count.parse(items[index]).members : 0]));
    },

    countOfLists: async (): Promise<number> =>
      OrganizationCounts.parse((await table.get(organizationKeys.counts(organizationId))) ?? {}).lists,

    /** @throws AppError DUPLICATE for a name in use, NOT_FOUND when a list that it follows from is gone */
    create: async (list: StoredList, members = 0, others: readonly Write[] = []): Promise<void> => {
      const writes = [...creation(list, members), ...others];
      await table.transact(writes).catch((error: unknown) => {
        if (!(error instanceof TransactionRefused)) throw error;
        if (error.refused.has(0)) {
          const holder = error.refused.get(0)?.listId;
          // The first try went through and its answer was lost.
          if (holder === list.id) return;
          throw duplicateName(holder);
        }
        throw new AppError('NOT_FOUND', 'A list that this one follows from is gone');
      });
    },

    /** @throws AppError DUPLICATE, VALIDATION_ERROR, STALE_VERSION when the list isn't the one that was read */
    change: async (
      list: StoredList,
      change: Partial<Omit<StoredList, 'id' | 'version'>>,
      others: readonly Write[] = [],
    ): Promise<void> => {
      const { description, ...set } = change;
      const renamed = change.name !== undefined && nameKey(change.name).sk !== nameKey(list.name).sk;
      const cleared = 'description' in change && description === undefined;
      const { sourceListIds = list.sourceListIds } = change;
      const sources = sourceListIds.filter((source) => !list.sourceListIds.includes(source));
      const formerSources = list.sourceListIds.filter((source) => !sourceListIds.includes(source));
      const writes: Write[] = [
        {
          update: listKey(list.id),
          change: {
            set: { ...set, ...(description === undefined ? {} : { description }) },
            add: { version: 1 },
            ...(cleared ? { remove: ['description'] } : {}),
          },
          if: and(exists('pk'), equals('version', list.version)),
        },
        ...(renamed && change.name !== undefined
          ? [
              { put: { ...nameKey(change.name), listId: list.id }, if: missing('pk') },
              { delete: nameKey(list.name), if: equals('listId', list.id) },
            ]
          : []),
        ...sources.map((source) => countFollowing(source, 1)),
        ...formerSources.map((source) => countFollowing(source, -1)),
        ...others,
      ];
      await table.transact(writes).catch((error: unknown) => {
        if (!(error instanceof TransactionRefused)) throw error;
        if (!error.refused.has(0)) {
          if (renamed && error.refused.has(1)) throw duplicateName(error.refused.get(1)?.listId);
          throw invalidField('filter.listId', 'filter.listId: the list is gone');
        }
        throw new AppError('STALE_VERSION', 'Somebody else changed the list meanwhile', { field: 'version' });
      });
    },

    /** The list, its name and its count go at once; what remains is to take its members out. Answers false when it changed meanwhile. */
    delete: async (list: StoredList, others: readonly Write[] = []): Promise<boolean> => {
      const writes: Write[] = [
        {
          delete: listKey(list.id),
          if: and(equals('version', list.version), or(missing('derivedLists'), lessThan('derivedLists', 1))),
        },
        { delete: nameKey(list.name), if: equals('listId', list.id) },
        { delete: contactListKeys.count(organizationId, list.id) },
        { put: removalKey(list.id) },
        countLists(-1),
        ...list.sourceListIds.map((source) => countFollowing(source, -1)),
        ...others,
      ];
      return unlessRefused(() => table.transact(writes));
    },

    isBeingRemoved: async (listId: string) => (await table.get(removalKey(listId), { consistent: true })) !== undefined,

    removalBegun: (listId: string) => table.delete(removalKey(listId)),
  };
};
