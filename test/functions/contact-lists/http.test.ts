import { setTimeout as wait } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { contactJobRoutes } from '../../../shared/contact-jobs/routes.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { signUp } from '../../support/sign-up.ts';

const Meter = z.object({ functions: z.array(z.object({ name: z.string(), invocations: z.number() })) });
const Denials = z.array(z.object({ principal: z.string(), action: z.string() }));

const control = async (path: string): Promise<unknown> => (await fetch(inject('stack').controlUrl + path)).json();

/** How often the consumer of deleted lists ran so far. */
const removals = async () =>
  Meter.parse(await control('/meter')).functions.find(({ name }) => name.endsWith('contact-jobs-run-part'))
    ?.invocations ?? 0;

test('a list is made, counted, renamed and found again', async () => {
  const { api, send, session } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, {
    body: { name: 'New Lead List', description: 'Fresh leads', tags: ['website'] },
  });
  await api.call(contactRoutes.createContact, { body: { phone: '2025550123', listIds: [list.id] } });

  const renamed = await send('PUT', `/contact-lists/${list.id}`, { name: 'Old Lead List' });
  const all = await api.call(contactListRoutes.listContactLists, {});
  const members = await api.call(contactRoutes.listContacts, { query: { listId: list.id } });

  expect(renamed.status).toBe(200);
  expect(all.data).toEqual([contactListRoutes.getContactList.returns.parse(renamed.body).data]);
  expect(all.data[0]).toMatchObject({
    name: 'Old Lead List',
    contactCount: 1,
    kind: 'plain',
    createdBy: { id: session.user.id, name: 'Dana Reyes' },
  });
  expect(all.pagination).toMatchObject({ total: 1, pages: 1, nextCursor: null });
  expect(members.pagination.total).toBe(1);
});

test('a deleted list is gone at once and leaves its contacts, whose lists forget it', async () => {
  const { api, send } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Leads' } });
  const { data: contact } = await api.call(contactRoutes.createContact, {
    body: { phone: '2025550124', listIds: [list.id] },
  });
  const before = await removals();

  const deleted = await send('DELETE', `/contact-lists/${list.id}`);

  expect(deleted).toMatchObject({ status: 200, body: { message: 'Contact list deleted successfully' } });
  expect((await send('GET', `/contact-lists/${list.id}`)).status).toBe(404);
  expect((await send('GET', `/contacts?listId=${list.id}`)).status).toBe(404);
  const { data: kept } = await api.call(contactRoutes.getContact, { params: { contactId: contact.id } });
  expect(kept.lists).toEqual([]);
  const again = await send('POST', '/contact-lists', { name: 'Leads' });
  expect(again.status).toBe(201);
  // Sixteen buckets, each a message: the role of their consumer suffices.
  while ((await removals()) < before + 16) await wait(100);
  const denials = Denials.parse(await control('/denials')).filter(({ principal }) =>
    /remove-?members/i.test(principal),
  );
  expect(denials).toEqual([]);
});

test('lists are found by a part of their name, whatever its case', async () => {
  const { api } = await signUp();
  for (const name of ['Élan voters', 'Slow élan', 'Donors'])
    await api.call(contactListRoutes.createContactList, { body: { name } });

  const found = await api.call(contactListRoutes.listContactLists, { query: { search: 'ELAN' } });
  const archived = await api.call(contactListRoutes.listContactLists, {
    query: { search: 'elan', status: 'archived' },
  });

  expect(found.data.map(({ name }) => name)).toEqual(['Slow élan', 'Élan voters']);
  expect(found.pagination.total).toBeNull();
  expect(archived.data).toEqual([]);
});

test('a segment is made, used and changed, and takes no import', async () => {
  const { api, send } = await signUp();
  for (const body of [
    { phone: '4155550101', tags: ['vip'], customFields: { Plan: 'Gold' } },
    { phone: '2025550102', tags: ['vip'] },
    { phone: '4155550103' },
  ])
    await api.call(contactRoutes.createContact, { body });
  const { data: segment } = await api.call(contactListRoutes.createContactList, {
    body: { name: 'VIPs of California', filter: { tags: ['vip'], state: 'CA', createdSince: '2020-01-01T00:00:00Z' } },
  });
  const members = async () =>
    (await api.call(contactRoutes.listContacts, { query: { listId: segment.id } })).data.map(({ phone }) => phone);

  expect(segment).toMatchObject({ kind: 'segment', contactCount: null, filter: { tags: ['vip'], state: 'CA' } });
  expect(await members()).toEqual(['+14155550101']);
  const { data: count } = await api.call(contactJobRoutes.countContacts, { body: { listId: segment.id } });
  expect(count).toMatchObject({ status: 'completed', processed: 1 });
  const changed = await send('PUT', `/contact-lists/${segment.id}`, { filter: { customFields: { plan: 'gold' } } });
  expect(changed).toMatchObject({ status: 200, body: { data: { filter: { customFields: { plan: 'gold' } } } } });
  expect(await members()).toEqual(['+14155550101']);
  const upload = await send('POST', '/uploads/contacts', { filename: 'a.csv', fileSize: 20, listId: segment.id });
  expect(upload).toMatchObject({ status: 422, body: { error: { details: { field: 'listId' } } } });
  expect((await send('PUT', `/contact-lists/${segment.id}`, { filter: { color: 'red' } })).status).toBe(422);
  expect((await send('DELETE', `/contact-lists/${segment.id}`)).status).toBe(200);
  expect((await send('GET', `/contacts?listId=${segment.id}`)).status).toBe(404);
});
