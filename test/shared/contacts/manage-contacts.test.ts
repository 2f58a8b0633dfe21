import { describe, expect, test } from 'vitest';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { listManagement } from '../../../shared/contact-lists/manage-lists.ts';
import { contactStore } from '../../../shared/contacts/contact-store.ts';
import { contactsForMerge } from '../../../shared/contacts/contacts-for-merge.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { findContact } from '../../../shared/contacts/find-contacts.ts';
import { listContacts } from '../../../shared/contacts/list-contacts.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { AppError } from '../../../shared/errors.ts';
import { openGate } from '../../../shared/messages/gate.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();
const services = { table, clock: systemClock, ids: systemIds };
const lists = listManagement(services);

const setUp = () => {
  const caller = aCaller(anOrganization());
  const audience = openAudience(table, memoryObjects(), caller.organizationId);
  return {
    caller,
    create: (body: Parameters<typeof createContact>[2]) => createContact(services, caller, body),
    update: (id: string, body: Parameters<typeof updateContact>[3]) => updateContact(services, caller, id, body),
    remove: (id: string) => deleteContact(services, caller, id),
    list: (filter: Partial<Parameters<typeof listContacts>[3]> = {}) =>
      listContacts(table, audience, caller, { page: 1, limit: 50, ...filter }),
    newList: (name: string) => lists.create(caller, { name }),
    membersOf: (listId: string) => audience.page({ listIds: [listId], limit: 100 }).then(({ members }) => members),
    countOf: (listId: string) => audience.countMembers(listId),
  };
};

const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? { code: error.code, ...error.details } : error;
};

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);
const phoneOf = (index: number) => `202555${String(index).padStart(4, '0')}`;

describe('creating', () => {
  test('a contact is found with its lists, its counts and its number in both forms', async () => {
    const { caller, create, newList, list, membersOf, countOf } = setUp();
    const leads = await newList('Leads');

    const contact = await create({
      firstName: 'Jane',
      phone: '(202) 555-0123',
      listIds: [leads.id],
      customFields: { leadScore: 75 },
    });

    expect(contact).toMatchObject({
      phone: '+12025550123',
      phoneFormatted: '+1 (202) 555-0123',
      country: 'US',
      version: 1,
    });
    expect(contact.lists).toEqual([{ id: leads.id, name: 'Leads', addedAt: contact.createdAt }]);
    expect(await findContact(table, caller, contact.id)).toEqual(contact);
    expect(await membersOf(leads.id)).toEqual([{ contactId: contact.id, phone: '+12025550123' }]);
    expect(await countOf(leads.id)).toBe(1);
    expect((await list()).filters).toEqual({ totalContacts: 1, activeContacts: 1, inactiveContacts: 0 });
  });

  test('twenty at once with one phone make one contact, and the others learn whose it is', async () => {
    const { create, list } = setUp();

    const outcomes = await Promise.all(
      numbered(20).map((index) => refusal(create({ phone: '2025550123', email: `a${index}@example.com` }))),
    );

    const { data, pagination, filters } = await list();
    expect(data).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual(
      numbered(19).map(() => ({ code: 'DUPLICATE', field: 'phone', contactId: data[0]?.id })),
    );
    expect([pagination.total, filters.activeContacts]).toEqual([1, 1]);
    const loser = outcomes.findIndex((outcome) => outcome !== undefined);
    expect((await create({ email: `a${loser}@example.com` })).phone).toBeNull();
  });

  test('an e-mail address is unique too, and a contact needs one of the two', async () => {
    const { create } = setUp();
    const first = await create({ email: 'jane@example.com' });

    expect(await refusal(create({ email: 'jane@example.com', phone: '2025550199' }))).toEqual({
      code: 'DUPLICATE',
      field: 'email',
      contactId: first.id,
    });
    expect(await refusal(create({ firstName: 'Jane' }))).toMatchObject({ code: 'VALIDATION_ERROR', field: 'phone' });
    expect((await create({ phone: '2025550199' })).email).toBeNull();
  });

  test('a bad number or an unknown list leaves nothing behind', async () => {
    const { create, list } = setUp();

    expect(await refusal(create({ phone: '202-911-0123' }))).toMatchObject({
      field: 'phone',
      constraint: 'PHONE_EXCHANGE',
    });
    expect(await refusal(create({ phone: '2025550123', listIds: [systemIds.random()] }))).toMatchObject({
      field: 'listIds',
    });
    expect((await list()).filters.totalContacts).toBe(0);
  });
});

describe('changing', () => {
  test('a new phone frees the old one and is the one that lists hold', async () => {
    const { create, update, newList, membersOf } = setUp();
    const leads = await newList('Leads');
    const contact = await create({ phone: '2025550101', listIds: [leads.id] });

    const changed = await update(contact.id, { phone: '2025550102' });

    expect(changed).toMatchObject({ phone: '+12025550102', version: 2 });
    expect(await membersOf(leads.id)).toEqual([{ contactId: contact.id, phone: '+12025550102' }]);
    expect((await create({ phone: '2025550101' })).phone).toBe('+12025550101');
    expect(await refusal(create({ phone: '2025550102' }))).toMatchObject({ code: 'DUPLICATE', contactId: contact.id });
  });

  test('what the body does not name stays, null clears, and the last identity cannot be cleared', async () => {
    const { caller, create, update } = setUp();
    const contact = await create({
      firstName: 'Jane',
      lastName: 'Smith',
      phone: '2025550103',
      email: 'j@example.com',
      tags: ['vip'],
    });

    const changed = await update(contact.id, { firstName: 'Janet', lastName: null, email: null, tags: [] });

    expect(changed).toMatchObject({ firstName: 'Janet', lastName: null, email: null, tags: [], phone: '+12025550103' });
    expect(await findContact(table, caller, contact.id)).toEqual(changed);
    expect(await refusal(update(contact.id, { phone: null }))).toMatchObject({
      code: 'VALIDATION_ERROR',
      field: 'phone',
    });
  });

  test('lists are replaced, and their counts follow', async () => {
    const { create, update, newList, countOf } = setUp();
    const [one, two, three] = await Promise.all(['One', 'Two', 'Three'].map(newList));
    if (!one || !two || !three) throw new Error('No lists');
    const contact = await create({ phone: '2025550104', listIds: [one.id, two.id] });

    const changed = await update(contact.id, { listIds: [two.id, three.id] });

    expect(changed.lists.map(({ name }) => name).toSorted()).toEqual(['Three', 'Two']);
    expect(await Promise.all([one, two, three].map(({ id }) => countOf(id)))).toEqual([0, 1, 1]);
  });

  test('a version that was overtaken is refused, and without one both changes stand', async () => {
    const { create, update, list } = setUp();
    const contact = await create({ phone: '2025550105' });

    await Promise.all([update(contact.id, { firstName: 'Jane' }), update(contact.id, { status: 'inactive' })]);

    const stale = refusal(update(contact.id, { version: 1, notes: 'late' }));
    expect(await stale).toMatchObject({ code: 'STALE_VERSION', version: 3 });
    const { data, filters } = await list();
    expect(data[0]).toMatchObject({ firstName: 'Jane', status: 'inactive', notes: null });
    expect(filters).toEqual({ totalContacts: 1, activeContacts: 0, inactiveContacts: 1 });
  });
});

test('a deleted contact frees its claims, leaves all its lists, and counts no more', async () => {
  const { caller, create, update, remove, newList, list, countOf } = setUp();
  const ids = (await Promise.all(numbered(46).map((index) => newList(`List ${index}`)))).map(({ id }) => id);
  const contact = await create({ phone: '2025550106', email: 'j@example.com', listIds: ids.slice(0, 40) });
  await update(contact.id, { listIds: ids });

  await remove(contact.id);

  expect(await contactStore(table, caller.organizationId).get(contact.id)).toBeUndefined();
  expect(await Promise.all(ids.map(countOf))).toEqual(Array(46).fill(0));
  expect((await list()).filters.totalContacts).toBe(0);
  expect(await refusal(remove(contact.id))).toMatchObject({ code: 'NOT_FOUND' });
  expect((await create({ phone: '2025550106', email: 'j@example.com' })).version).toBe(1);
});

describe('reading by page', () => {
  test('the cursor visits each contact once, over all buckets, and page numbers agree with it', async () => {
    const { create, list } = setUp();
    const created = await Promise.all(numbered(60).map((index) => create({ phone: phoneOf(index + 1000) })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, pagination } = await list({ limit: 7, ...(cursor ? { cursor } : {}) });
      seen.push(...data.map(({ id }) => id));
      cursor = pagination.nextCursor ?? undefined;
    } while (cursor);

    const third = await list({ limit: 7, page: 3 });

    expect(seen.toSorted()).toEqual(created.map(({ id }) => id).toSorted());
    expect(third.data.map(({ id }) => id)).toEqual(seen.slice(14, 21));
    expect(third.pagination).toMatchObject({ page: 3, total: 60, pages: 9 });
  });

  test('a list and a status narrow it, and both are counted where a counter exists', async () => {
    const { create, list, newList } = setUp();
    const leads = await newList('Leads');
    for (const index of numbered(12))
      await create({
        phone: phoneOf(index + 2000),
        status: index % 3 === 0 ? 'inactive' : 'active',
        ...(index < 6 ? { listIds: [leads.id] } : {}),
      });

    const [ofList, inactive, both] = await Promise.all([
      list({ listId: leads.id }),
      list({ status: 'inactive' }),
      list({ listId: leads.id, status: 'inactive' }),
    ]);

    expect([ofList.data.length, ofList.pagination.total]).toEqual([6, 6]);
    expect([inactive.data.length, inactive.pagination.total]).toEqual([4, 4]);
    expect([both.data.length, both.pagination.total]).toEqual([2, null]);
    expect(await refusal(list({ listId: systemIds.random() }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('shows when and how often a contact was texted: each attempt that passed its gate, once', async () => {
    const { caller, create, list } = setUp();
    const texted = await create({ phone: phoneOf(1) });
    await create({ phone: phoneOf(2) });
    await create({ email: 'ada@example.com' });
    const gate = openGate(table, caller.organizationId);
    const attempt = (id: string, hour: string) => gate.pass('+12025550001', id, `2026-11-20T${hour}:00:00.000Z`);

    await attempt('first', '10');
    expect([await attempt('second', '11'), await attempt('second', '11')]).toEqual([undefined, undefined]);
    await gate.shutByProvider('+12025550001', '2026-11-20T12:00:00.000Z');
    expect(await attempt('third', '13')).toMatchObject({ by: 'provider' });

    expect((await list()).data.every((contact) => !('contactCount' in contact))).toBe(true);
    const shown = { lastContactDate: '2026-11-20T11:00:00.000Z', contactCount: 2 };
    expect(await findContact(table, caller, texted.id)).toMatchObject(shown);
    expect(
      (await list({ activity: true })).data
        .map(({ phone, lastContactDate, contactCount }) => [phone, lastContactDate, contactCount])
        .toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
    ).toEqual([
      ['+12025550001', shown.lastContactDate, 2],
      ['+12025550002', null, 0],
      [null, null, 0],
    ]);
  });

  test('another organization sees nothing of it', async () => {
    const { create } = setUp();
    const contact = await create({ phone: '2025550107' });
    const other = setUp();

    expect((await other.list()).data).toEqual([]);
    expect(await refusal(other.update(contact.id, { notes: 'mine' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect((await other.create({ phone: '2025550107' })).id).not.toBe(contact.id);
  });
});

test('a message finds the fields of a contact by name, its own before custom ones', async () => {
  const { caller, create } = setUp();
  const contact = await create({
    firstName: 'Jane',
    phone: '2025550108',
    customFields: { firstName: 'no', score: 7, none: null },
  });

  const found = await contactsForMerge(table, caller.organizationId, [contact.id, systemIds.random()]);

  expect([...found.keys()]).toEqual([contact.id]);
  expect(found.get(contact.id)?.fields).toEqual({
    firstName: 'Jane',
    phone: '+12025550108',
    country: 'US',
    score: '7',
  });
});
