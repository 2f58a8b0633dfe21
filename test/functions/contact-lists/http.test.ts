import { setTimeout as wait } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { signUp } from '../../support/sign-up.ts';

const Meter = z.object({ functions: z.array(z.object({ name: z.string(), invocations: z.number() })) });
const Denials = z.array(z.object({ principal: z.string(), action: z.string() }));

const control = async (path: string): Promise<unknown> => (await fetch(inject('stack').controlUrl + path)).json();

/** How often the consumer of deleted lists ran so far. */
const removals = async () =>
  Meter.parse(await control('/meter')).functions.find(({ name }) => name.endsWith('remove-members'))?.invocations ?? 0;

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
