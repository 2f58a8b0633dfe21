import { expect, test } from 'vitest';
import { consentRoutes } from '../../../shared/consents/routes.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { signUp } from '../../support/sign-up.ts';

test('a contact is made, read, changed and deleted under either of its names', async () => {
  const { api, send } = await signUp();
  const { data: leads } = await api.call(contactListRoutes.createContactList, { body: { name: 'Leads' } });

  const created = await send('POST', '/contacts/manual', {
    firstName: 'Manual',
    phone: '202-555-0123',
    listId: leads.id,
  });
  const { data: contact } = contactRoutes.createContactManually.returns.parse(created.body);
  const patched = await send('PATCH', `/leads/${contact.id}`, { tags: ['vip'], customFields: { leadScore: 90 } });
  const read = await api.call(contactRoutes.getContact, { params: { contactId: contact.id } });
  const deleted = await send('DELETE', `/leads/${contact.id}`);
  const gone = await send('GET', `/contacts/${contact.id}`);

  expect(created.status).toBe(201);
  expect(contact).toMatchObject({ phone: '+12025550123', phoneFormatted: '+1 (202) 555-0123', source: 'Manual Entry' });
  expect(contact.lists).toEqual([{ id: leads.id, name: 'Leads', addedAt: contact.createdAt }]);
  expect(patched.body).toEqual(read);
  expect(read.data).toMatchObject({ tags: ['vip'], customFields: { leadScore: 90 }, version: 2 });
  expect(deleted).toMatchObject({ status: 200, body: { message: expect.any(String) } });
  expect(gone).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
});

test('refusals name the field, and a repeated POST under one key makes one contact', async () => {
  const { send } = await signUp();
  const body = { phone: '(202) 555-0144', firstName: 'Jane' };

  const first = await send('POST', '/contacts', body, { 'idempotency-key': 'once' });
  const again = await send('POST', '/contacts', body, { 'idempotency-key': 'once' });
  const taken = await send('POST', '/leads', body);
  const refused = await Promise.all(
    [
      { phone: '555-CALL' },
      {},
      { email: 'no' },
      { phone: '2025550100', listIds: ['x'] },
      { phone: '2025550100', nope: 1 },
    ].map((bad) => send('POST', '/contacts', bad)),
  );

  expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true']);
  expect(again.body).toEqual(first.body);
  expect(taken).toMatchObject({ status: 409, body: { error: { code: 'DUPLICATE', details: { field: 'phone' } } } });
  expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
  expect(refused.map(({ body: answer }) => answer)).toMatchObject(
    ['phone', 'phone', 'email', 'listIds.0', 'nope'].map((field) => ({ error: { details: { field } } })),
  );
});

test('the list of contacts has its page, its total and the organization’s counts', async () => {
  const { api, send } = await signUp();
  for (let index = 0; index < 5; index += 1)
    await api.call(contactRoutes.createContact, {
      body: { phone: `202555016${index}`, status: index === 0 ? 'inactive' : 'active' },
    });

  const first = await api.call(contactRoutes.listContacts, { query: { limit: 3 } });
  const second = await api.call(contactRoutes.listContacts, {
    query: { limit: 3, cursor: first.pagination.nextCursor ?? '' },
  });
  const inactive = await api.call(contactRoutes.listContacts, { query: { status: 'inactive' } });
  const refused = await Promise.all(
    ['?cursor=no', '?page=400', '?limit=0', '?colour=red'].map((query) => send('GET', `/contacts${query}`)),
  );

  expect(first.pagination).toMatchObject({ page: 1, limit: 3, total: 5, pages: 2 });
  expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBe(5);
  expect(second.pagination.nextCursor).toBeNull();
  expect(first.filters).toEqual({ totalContacts: 5, activeContacts: 4, inactiveContacts: 1 });
  expect([inactive.data.length, inactive.pagination.total]).toEqual([1, 1]);
  expect(refused.map(({ status }) => status)).toEqual([400, 422, 422, 422]);
});

test('another organization cannot tell that a contact or a list exists', async () => {
  const [mine, theirs] = [await signUp(), await signUp()];
  const { data: contact } = await mine.api.call(contactRoutes.createContact, { body: { phone: '2025550177' } });
  const { data: list } = await mine.api.call(contactListRoutes.createContactList, { body: { name: 'Leads' } });

  const answers = await Promise.all([
    theirs.send('GET', `/contacts/${contact.id}`),
    theirs.send('PUT', `/contacts/${contact.id}`, { notes: 'mine' }),
    theirs.send('DELETE', `/contacts/${contact.id}`),
    theirs.send('GET', `/contact-lists/${list.id}`),
    theirs.send('DELETE', `/contact-lists/${list.id}`),
    theirs.send('GET', `/contacts?listId=${list.id}`),
  ]);

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  expect((await theirs.api.call(contactRoutes.createContact, { body: { phone: '2025550177' } })).data.id).not.toBe(
    contact.id,
  );
});

test('contacts are merged into the one that is named, which has the lists, numbers and consents of all', async () => {
  const { api, send } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'L' } });
  const { data: kept } = await api.call(contactRoutes.createContact, { body: { phone: '2025550181', city: 'Oslo' } });
  const { data: gone } = await api.call(contactRoutes.createContact, {
    body: { phone: '2025550182', email: 'jo@example.com', listIds: [list.id] },
  });
  await api.call(consentRoutes.recordConsent, { params: { contactId: gone.id }, body: { source: 'Web form' } });

  const { data: merged } = await api.call(contactRoutes.mergeContacts, {
    params: { contactId: kept.id },
    body: { contactIds: [gone.id] },
  });

  expect(merged).toMatchObject({
    id: kept.id,
    city: 'Oslo',
    phone: '+12025550182',
    email: 'jo@example.com',
    otherPhones: ['+12025550181'],
    lists: [{ id: list.id }],
  });
  const { data: consents } = await api.call(consentRoutes.listConsents, { params: { contactId: kept.id } });
  expect(consents).toMatchObject([{ source: 'Web form', phone: '+12025550182' }]);
  expect(await send('GET', `/contacts/${gone.id}`)).toMatchObject({ status: 404 });
  const { data: found } = await api.call(contactRoutes.listContacts, { query: { search: '5550181' } });
  expect(found.map(({ id }) => id)).toEqual([kept.id]);
  expect(await send('POST', '/contacts', { phone: '2025550181' })).toMatchObject({ status: 409 });
});
