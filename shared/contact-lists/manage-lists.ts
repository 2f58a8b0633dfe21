import { type AuditNote, auditWrites } from '../audit-logs/audit.ts';
import type { ContactFilter } from '../contacts/contact-filter.ts';
import { fold } from '../contacts/contact-names.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import type { ContactList, ContactListChange, NewContactList } from './contact-list.ts';
import { contactListStore, type StoredList } from './contact-list-store.ts';

export interface ListServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

const present = (list: StoredList, contactCount = 0): ContactList => ({
  ...list,
  description: list.description ?? null,
  filter: list.filter ?? null,
  contactCount: list.kind === 'segment' ? null : contactCount,
});

export interface PreparedList {
  listId: string;
  writes: readonly Write[];
  notes: readonly AuditNote[];
}

const creationNote = (list: StoredList): AuditNote => ({
  action: 'contact_list_created',
  resource: 'contact_list',
  resourceId: list.id,
  after: list,
});

export interface ListQuery extends PageQuery {
  /** A part of the name, without case and accents. */
  search?: string | undefined;
  status?: StoredList['status'] | undefined;
}

/** What people do with the contact lists of their organization, deletion apart. */
export const listManagement = ({ table, clock, ids }: ListServices) => {
  const storeOf = (caller: Caller) => contactListStore(table, caller.organizationId);

  const find = async (caller: Caller, listId: string): Promise<ContactList> => {
    const list = await storeOf(caller).get(listId);
    if (!list) throw notFound('Contact list');
    const counts = await storeOf(caller).memberCounts([listId]);
    return present(list, counts.get(listId));
  };

  /** What a segment with this filter follows from. @throws AppError VALIDATION_ERROR for anything but a plain list */
  const sourcesOf = async (caller: Caller, { listId }: ContactFilter): Promise<string[]> => {
    if (listId === undefined) return [];
    const list = await storeOf(caller).get(listId);
    if (!list) throw invalidField('filter.listId', `filter.listId: no contact list ${listId}`, { listId });
    if (list.kind !== 'plain')
      throw invalidField('filter.listId', `filter.listId: ${list.name} is no plain list`, { listId });
    return [listId];
  };

  const draft = async (
    caller: Caller,
    { name, description, tags = [], filter }: NewContactList,
  ): Promise<StoredList> => {
    const now = clock().toISOString();
    return {
      id: ids.sequential(),
      name,
      ...(description ? { description } : {}),
      status: 'active',
      kind: filter ? 'segment' : 'plain',
      tags,
      sourceListIds: filter ? await sourcesOf(caller, filter) : [],
      ...(filter ? { filter } : {}),
      derivedLists: 0,
      createdBy: { id: caller.userId, name: caller.name },
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
  };

  return {
    find,

    list: async (caller: Caller, { status, search, ...query }: ListQuery) => {
      const store = storeOf(caller);
      const sought = search === undefined ? '' : fold(search);
      const keep = (list: StoredList) =>
        (status === undefined || list.status === status) && fold(list.name).includes(sought);
      const filtered = status !== undefined || sought !== '';
      const total = filtered ? null : await store.countOfLists();
      return readPage(query, total, async (after, limit) => {
        const { items, next } = await store.page(after, limit, filtered ? keep : undefined);
        const counts = await store.memberCounts(items.map(({ id }) => id));
        return { items: items.map((list) => present(list, counts.get(list.id))), next };
      });
    },

    /** @throws AppError DUPLICATE, VALIDATION_ERROR for a filter that names no plain list */
    create: async (caller: Caller, body: NewContactList): Promise<ContactList> => {
      const list = await draft(caller, body);
      await storeOf(caller).create(list, 0, auditWrites({ clock, ids }, caller, creationNote(list)));
      return present(list);
    },

    /** A list that is made with something else: writes and note are for its transaction. @throws AppError DUPLICATE */
    prepare: async (caller: Caller, body: NewContactList): Promise<PreparedList> => {
      const list = await draft(caller, body);
      await storeOf(caller).assertNameIsFree(list.name);
      return { listId: list.id, writes: storeOf(caller).creation(list), notes: [creationNote(list)] };
    },

    /** @throws AppError NOT_FOUND, DUPLICATE, STALE_VERSION, VALIDATION_ERROR for the filter of what is no segment */
    change: async (caller: Caller, listId: string, { version, description, filter, ...change }: ContactListChange) => {
      const store = storeOf(caller);
      const list = await store.get(listId);
      if (!list) throw notFound('Contact list');
      if (version !== undefined && version !== list.version)
        throw new AppError('STALE_VERSION', 'Somebody else changed the list meanwhile', {
          field: 'version',
          version: list.version,
        });
      if (filter && list.kind !== 'segment') throw invalidField('filter', 'filter: only a segment has one');
      const after = {
        ...change,
        ...(filter ? { filter, sourceListIds: await sourcesOf(caller, filter) } : {}),
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
