import { expect, test } from 'vitest';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { signUp } from '../../support/sign-up.ts';

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

  const deleted = await send('DELETE', `/contact-lists/${list.id}`);

  expect(deleted).toMatchObject({ status: 200, body: { message: 'Contact list deleted successfully' } });
  expect((await send('GET', `/contact-lists/${list.id}`)).status).toBe(404);
  expect((await send('GET', `/contacts?listId=${list.id}`)).status).toBe(404);
  const { data: kept } = await api.call(contactRoutes.getContact, { params: { contactId: contact.id } });
  expect(kept.lists).toEqual([]);
  const again = await send('POST', '/contact-lists', { name: 'Leads' });
  expect(again.status).toBe(201);
});
