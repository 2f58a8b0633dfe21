import { auditWrites } from '../audit-logs/audit.ts';
import { parsePhone } from '../contacts/phone.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { type DncEntry, type DncListChange, entryStatus, type NewDncEntry, type NewDncList } from './dnc.ts';
import { dncStore, type StoredEntry } from './dnc-store.ts';

/** Lists that an organization may have: every check reads each number once a list. */
const mostLists = 20;

/** What people do with the Do-Not-Call lists of their organization. */
export const dncManagement = (table: Table, clock: Clock, ids: Ids) => {
  const storeOf = (organizationId: OrganizationId) => dncStore(table, organizationId);
  const requireList = async (organizationId: OrganizationId, listId: string) => {
    const list = await storeOf(organizationId).list(listId);
    if (!list) throw notFound('DNC list');
    return list;
  };
  const recorded = (
    caller: Caller,
    action: string,
    resource: string,
    { id, ...states }: { id: string; before?: Record<string, unknown>; after?: Record<string, unknown> },
  ) => auditWrites({ clock, ids }, caller, { action, resource, resourceId: id, ...states });
  const present = (entry: StoredEntry, listName: string): DncEntry => ({
    ...entry,
    listName,
    status: entryStatus(entry.expiryDate, clock()),
  });

  return {
    lists: (caller: Caller, query: PageQuery) =>
      readPage(query, null, (after, limit) => storeOf(caller.organizationId).listPage(after, limit)),

    list: (caller: Caller, listId: string) => requireList(caller.organizationId, listId),

    createList: async (caller: Caller, { description, source, ...fields }: NewDncList) => {
      const store = storeOf(caller.organizationId);
      if ((await store.lists()).length >= mostLists)
        throw new AppError('CONFLICT', `An organization has at most ${mostLists} DNC lists`);
      const now = clock().toISOString();
      const list = {
        id: ids.sequential(),
        ...fields,
        description: description ?? null,
        source: source ?? null,
        contactCount: 0,
        autoUpdate: false,
        status: 'active' as const,
        lastUpdated: now,
        createdAt: now,
        updatedAt: now,
      };
      await store.createList(list, recorded(caller, 'dnc_list_created', 'dnc_list', { id: list.id, after: list }));
      return list;
    },

    changeList: async (caller: Caller, listId: string, change: DncListChange) => {
      const before = await requireList(caller.organizationId, listId);
      const set = { ...change, updatedAt: clock().toISOString() };
      const note = recorded(caller, 'dnc_list_updated', 'dnc_list', {
        id: listId,
        before,
        after: { ...before, ...set },
      });
      if (!(await storeOf(caller.organizationId).changeList(listId, set, note))) throw notFound('DNC list');
      return requireList(caller.organizationId, listId);
    },

    deleteList: async (caller: Caller, listId: string) => {
      const before = await requireList(caller.organizationId, listId);
      const note = recorded(caller, 'dnc_list_deleted', 'dnc_list', { id: listId, before });
      if (!(await storeOf(caller.organizationId).deleteList(listId, note)))
        throw new AppError(
          'CONFLICT',
          `The list holds ${before.contactCount} numbers: take them off, or make it inactive`,
        );
      return { message: 'DNC list deleted successfully' };
    },

    entries: async (caller: Caller, { listId, search, ...page }: PageQuery & { listId?: string; search?: string }) => {
      const store = storeOf(caller.organizationId);
      const lists = listId ? [await requireList(caller.organizationId, listId)] : await store.lists();
      const names = new Map(lists.map((list) => [list.id, list.name]));
      const named = (entry: StoredEntry) => present(entry, names.get(entry.listId) ?? '');
      if (search !== undefined) {
        const { e164 } = requirePhone('search', search);
        const found = await store.entriesOf([e164], [...names.keys()]);
        return readPage(page, found.length, async () => ({ items: found.map(named), next: undefined }));
      }
      const total = lists.reduce((sum, list) => sum + list.contactCount, 0);
      return readPage(page, total, async (after, limit) => {
        const { items, next } = await store.entryPage([...names.keys()], after, limit);
        return { items: items.map(named), next };
      });
    },

    createEntry: async (caller: Caller, { listId, phoneNumber, ...fields }: NewDncEntry) => {
      const list = await storeOf(caller.organizationId).list(listId);
      if (!list) throw invalidField('listId', 'listId: no such DNC list');
      const now = clock().toISOString();
      const entry: StoredEntry = {
        id: ids.random(),
        listId,
        phoneNumber: requirePhone('phoneNumber', phoneNumber).e164,
        source: fields.source ?? null,
        reason: fields.reason ?? null,
        notes: fields.notes ?? null,
        expiryDate: fields.expiryDate ?? null,
        dateAdded: now,
        addedBy: caller.userId,
      };
      const note = recorded(caller, 'dnc_entry_created', 'dnc_entry', { id: entry.id, after: entry });
      if (!(await storeOf(caller.organizationId).addEntry(entry, now, note)))
        throw new AppError('DUPLICATE', 'The number is on this list already', { field: 'phoneNumber' });
      return present(entry, list.name);
    },

    deleteEntry: async (caller: Caller, entryId: string) => {
      const store = storeOf(caller.organizationId);
      const entry = await store.entryById(entryId);
      if (!entry) throw notFound('DNC entry');
      const note = recorded(caller, 'dnc_entry_deleted', 'dnc_entry', { id: entryId, before: entry });
      if (!(await store.deleteEntry(entry, clock().toISOString(), note))) throw notFound('DNC entry');
      return { message: 'DNC entry deleted successfully' };
    },
  };
};

const requirePhone = (field: string, text: string) => {
  const phone = parsePhone(text);
  if (phone.kind === 'refused') throw invalidField(field, `${field}: ${phone.message}`);
  return phone;
};
