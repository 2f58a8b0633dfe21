import { describe, expect, test } from 'vitest';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { deleteList } from '../../../shared/contact-lists/delete-list.ts';
import { deriveList } from '../../../shared/contact-lists/derive-list.ts';
import type { MemberRemoval } from '../../../shared/contact-lists/jobs.ts';
import { listManagement } from '../../../shared/contact-lists/manage-lists.ts';
import { memberItem } from '../../../shared/contact-lists/membership.ts';
import { removeMembers } from '../../../shared/contact-lists/remove-members.ts';
import { contactStore } from '../../../shared/contacts/contact-store.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { AppError } from '../../../shared/errors.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import type { WorkQueue } from '../../../shared/platform/queue.ts';
import { contactListKeys } from '../../../shared/platform/table/contact-keys.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();
const services = { table, clock: systemClock, ids: systemIds };
const lists = listManagement(services);

/** A queue that keeps what it is sent, and refuses when told to. */
const aQueue = () => {
  const messages: MemberRemoval[] = [];
  const state = { fails: false };
  const queue: WorkQueue<MemberRemoval> = {
    send: async (_organizationId, sent) => {
      if (state.fails) throw new Error('The queue is away');
      messages.push(...sent);
    },
  };
  const work = async () => {
    for (let message = messages.shift(); message; message = messages.shift()) {
      await removeMembers({ table, clock: systemClock, removals: queue }, message);
      // Every message may come twice.
      await removeMembers({ table, clock: systemClock, removals: queue }, message);
    }
  };
  return { queue, messages, state, work };
};

const setUp = () => {
  const caller = aCaller(anOrganization());
  return {
    caller,
    ...aQueue(),
    audience: openAudience(table, memoryObjects(), caller.organizationId),
    create: (phone: string, listIds: string[]) => createContact(services, caller, { phone, listIds }),
  };
};

const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? { code: error.code, ...error.details } : error;
};

test('a list is made, found, listed newest first, and changed', async () => {
  const { caller } = setUp();
  const first = await lists.create(caller, { name: 'First', description: 'One', tags: ['a'] });
  const second = await lists.create(caller, { name: 'Second' });

  const changed = await lists.change(caller, first.id, {
    name: 'Renamed',
    description: null,
    status: 'archived',
    version: 1,
  });

  expect(first).toMatchObject({
    status: 'active',
    kind: 'plain',
    contactCount: 0,
    createdBy: { id: caller.userId, name: 'Ada Admin' },
  });
  expect(changed).toMatchObject({ name: 'Renamed', description: null, status: 'archived', tags: ['a'], version: 2 });
  expect(await lists.find(caller, first.id)).toEqual(changed);
  const all = await lists.list(caller, { page: 1, limit: 50 });
  expect(all.data.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(all.pagination.total).toBe(2);
  const archived = await lists.list(caller, { page: 1, limit: 50, status: 'archived' });
  expect([archived.data.length, archived.pagination.total]).toEqual([1, null]);
});

test('names are unique whatever their case, also at once, and a freed one can be taken', async () => {
  const { caller } = setUp();

  const outcomes = await Promise.all(Array.from({ length: 8 }, () => refusal(lists.create(caller, { name: 'Leads' }))));

  expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
  const other = await lists.create(caller, { name: 'Other' });
  expect(await refusal(lists.change(caller, other.id, { name: 'LEADS' }))).toMatchObject({
    code: 'DUPLICATE',
    field: 'name',
  });
  await lists.change(caller, other.id, { name: 'OTHER' });
  await lists.change(caller, other.id, { name: 'Elsewhere' });
  expect((await lists.create(caller, { name: 'other' })).name).toBe('other');
  expect(await refusal(lists.change(caller, other.id, { tags: [], version: 1 }))).toMatchObject({
    code: 'STALE_VERSION',
  });
});

describe('deleting', () => {
  test('the list goes at once, its members by and by, and contacts stay', async () => {
    const { caller, queue, work, audience, create } = setUp();
    const [leads, kept] = [await lists.create(caller, { name: 'Leads' }), await lists.create(caller, { name: 'Kept' })];
    const contacts = await Promise.all(
      Array.from({ length: 30 }, (_, index) => create(`20255501${10 + index}`, [leads.id, kept.id])),
    );

    await deleteList(services, queue, caller, leads.id);

    expect(await refusal(lists.find(caller, leads.id))).toMatchObject({ code: 'NOT_FOUND' });
    expect((await audience.page({ listIds: [leads.id], limit: 5 })).members).toEqual([]);
    await work();
    const after = await contactStore(table, caller.organizationId).all(contacts.map(({ id }) => id));
    expect(after.map((contact) => Object.keys(contact.lists))).toEqual(contacts.map(() => [kept.id]));
    expect(await audience.countMembers(kept.id)).toBe(30);
    expect((await lists.list(caller, { page: 1, limit: 50 })).pagination.total).toBe(1);
    expect((await lists.create(caller, { name: 'Leads' })).contactCount).toBe(0);
  });

  test('a contact can be changed and deleted while its list is on the way out', async () => {
    const { caller, queue, create } = setUp();
    const leads = await lists.create(caller, { name: 'Leads' });
    const contact = await create('2025550110', [leads.id]);
    await deleteList(services, queue, caller, leads.id);

    const changed = await updateContact(services, caller, contact.id, { phone: '2025550111', listIds: [] });

    expect(changed).toMatchObject({ phone: '+12025550111', lists: [] });
  });

  test('a repetition after a queue that was away sends the work again, and a later one finds nothing', async () => {
    const { caller, queue, messages, state } = setUp();
    const leads = await lists.create(caller, { name: 'Leads' });
    state.fails = true;
    await expect(deleteList(services, queue, caller, leads.id)).rejects.toThrow('away');
    state.fails = false;

    await deleteList(services, queue, caller, leads.id);

    expect(messages).toHaveLength(16);
    expect(await refusal(deleteList(services, queue, caller, leads.id))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('a large bucket goes by more than one message, each of which does a bounded part', async () => {
    const { caller, queue, messages, work } = setUp();
    const { organizationId, userId } = caller;
    const [listId, addedAt] = [systemIds.sequential(), '2026-01-01T00:00:00.000Z'];
    const ids = Array.from({ length: 2100 }, () => systemIds.random().replace(/.$/, '0'));
    const puts = ids.map((contactId) =>
      memberItem(organizationId, listId, { contactId, phone: null, addedAt, addedBy: userId }),
    );
    await table.writeAll({ puts });

    await removeMembers({ table, clock: systemClock, removals: queue }, { organizationId, listId, bucket: 0 });

    const [pk = ''] = contactListKeys.memberBuckets(organizationId, listId);
    expect((await table.query({ pk })).items).toHaveLength(100);
    expect(messages).toEqual([{ organizationId, listId, bucket: 0 }]);
    await work();
    expect((await table.query({ pk })).items).toEqual([]);
  });

  test('a source is kept while a list is derived from it', async () => {
    const { caller, queue } = setUp();
    const leads = await lists.create(caller, { name: 'Leads' });
    const derived = {
      id: systemIds.sequential(),
      name: 'Leads, clean',
      sourceListIds: [leads.id],
      exclusionsKey: 'none',
      contactCount: 7,
      asOf: '2026-01-01T00:00:00.000Z',
      createdBy: leads.createdBy,
    };
    const derive = () => deriveList(table, caller.organizationId, derived, '2026-01-01T00:00:00.000Z');
    await derive();
    await derive();

    expect(await lists.find(caller, derived.id)).toMatchObject({
      kind: 'derived',
      contactCount: 7,
      sourceListIds: [leads.id],
    });
    expect(await refusal(deleteList(services, queue, caller, leads.id))).toMatchObject({
      code: 'CONFLICT',
      derivedLists: ['Leads, clean'],
    });
    expect(
      await refusal(createContact(services, caller, { phone: '2025550112', listIds: [derived.id] })),
    ).toMatchObject({
      code: 'VALIDATION_ERROR',
      field: 'listIds',
    });
    await deleteList(services, queue, caller, derived.id);
    expect(await deleteList(services, queue, caller, leads.id)).toEqual({
      message: 'Contact list deleted successfully',
    });
  });
});
