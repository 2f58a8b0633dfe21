import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { ContactList, ContactListChange, NewContactList } from './contact-list.ts';
import { contactListStore, type StoredList } from './contact-list-store.ts';

export interface ListServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

const present = (list: StoredList, contactCount: number): ContactList => ({
  ...list,
  description: list.description ?? null,
  contactCount,
});

/** What people do with the contact lists of their organization, deletion apart. */
export const listManagement = ({ table, clock, ids }: ListServices) => {
  const storeOf = (caller: Caller) => contactListStore(table, caller.organizationId);

  const find = async (caller: Caller, listId: string): Promise<ContactList> => {
    const list = await storeOf(caller).get(listId);
    if (!list) throw notFound('Contact list');
    const counts = await storeOf(caller).memberCounts([listId]);
    return present(list, counts.get(listId) ?? 0);
  };

  return {
    find,

    list: async (caller: Caller, { status, ...query }: PageQuery & { status?: StoredList['status'] | undefined }) => {
      const store = storeOf(caller);
      const total = status === undefined ? await store.countOfLists() : null;
      return readPage(query, total, async (after, limit) => {
        const { items, next } = await store.page(after, limit, status);
        const counts = await store.memberCounts(items.map(({ id }) => id));
        return { items: items.map((list) => present(list, counts.get(list.id) ?? 0)), next };
      });
    },

    /** @throws AppError DUPLICATE */
    create: async (caller: Caller, { name, description, tags = [] }: NewContactList): Promise<ContactList> => {
      const now = clock().toISOString();
      const list: StoredList = {
        id: ids.sequential(),
        name,
        ...(description ? { description } : {}),
        status: 'active',
        kind: 'plain',
        tags,
        sourceListIds: [],
        derivedLists: 0,
        createdBy: { id: caller.userId, name: caller.name },
        createdAt: now,
        updatedAt: now,
        version: 1,
      };
      const note = { action: 'contact_list_created', resource: 'contact_list', resourceId: list.id, after: list };
      await storeOf(caller).create(list, 0, auditWrites({ clock, ids }, caller, note));
      return present(list, 0);
    },

    /** @throws AppError NOT_FOUND, DUPLICATE, STALE_VERSION */
    change: async (caller: Caller, listId: string, { version, description, ...change }: ContactListChange) => {
      const store = storeOf(caller);
      const list = await store.get(listId);
      if (!list) throw notFound('Contact list');
      if (version !== undefined && version !== list.version)
        throw new AppError('STALE_VERSION', 'Somebody else changed the list meanwhile', {
          field: 'version',
          version: list.version,
        });
      const after = {
        ...change,
        ...(description === undefined ? {} : { description: description || undefined }),
        updatedAt: clock().toISOString(),
      };
      const note = {
        action: 'contact_list_updated',
        resource: 'contact_list',
        resourceId: listId,
        before: list,
        after: { ...list, ...after },
      };
      await store.change(list, after, auditWrites({ clock, ids }, caller, note));
      return find(caller, listId);
    },
  };
};
