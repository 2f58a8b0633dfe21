import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { auditLogRoutes } from '../../../shared/audit-logs/routes.ts';
import { sectionsOf } from '../../../shared/closures/organization-partitions.ts';
import { consentRoutes } from '../../../shared/consents/routes.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import type { NewContact } from '../../../shared/contacts/contact.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { signUp } from '../../support/sign-up.ts';
import { itemsOf, stackTable } from '../../support/stack-table.ts';

const setUp = async () => {
  const owner = await signUp();
  const create = async (body: z.input<typeof NewContact>) =>
    (await owner.api.call(contactRoutes.createContact, { body })).data;
  return {
    ...owner,
    create,
    read: async (contactId: string) => (await owner.api.call(contactRoutes.getContact, { params: { contactId } })).data,
    post: (body: unknown) => owner.send('POST', '/contacts', body),
    put: (id: string, body: unknown) => owner.send('PUT', `/contacts/${id}`, body),
    remove: (id: string) => owner.send('DELETE', `/contacts/${id}`),
    total: async () => (await owner.api.call(contactRoutes.listContacts, {})).filters.totalContacts,
  };
};

const duplicate = (field: string, contactId: string) => ({
  status: 409,
  body: { error: { code: 'DUPLICATE', details: { field, contactId } } },
});

describe('who a contact is', () => {
  test('its phone says, or its e-mail address where there is no phone, however they are written', async () => {
    const { create, post } = await setUp();
    const byPhone = await create({ phone: '(202) 555-0123' });
    const byEmail = await create({ email: 'Jane@Example.com' });

    const answers = await Promise.all([
      post({ phone: '+1 202 555 0123', email: 'other@example.com' }),
      post({ phone: '202-555-0124', email: 'JANE@example.COM' }),
      post({ firstName: 'Nobody', phone: null, email: '' }),
    ]);

    expect([byPhone.email, byEmail.phone, byEmail.email]).toEqual([null, null, 'jane@example.com']);
    expect(answers).toMatchObject([
      duplicate('phone', byPhone.id),
      duplicate('email', byEmail.id),
      { status: 422, body: { error: { code: 'VALIDATION_ERROR', details: { field: 'phone' } } } },
    ]);
    // Nothing of the refused ones holds the half that was free.
    await create({ phone: '2025550124', email: 'other@example.com' });
  });

  test.each([
    ['phone', { phone: '2025550125' }],
    ['email', { email: 'jane@example.com' }],
  ])('is one only when two are made at once with one %s', async (field, identity) => {
    const { post, total, api } = await setUp();

    const answers = await Promise.all([post(identity), post(identity)]);

    const { data } = await api.call(contactRoutes.listContacts, {});
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject(duplicate(field, data[0]?.id ?? ''));
    expect([data.length, await total()]).toEqual([1, 1]);
  });

  test('is one only when several contacts change to one number at once', async () => {
    const { create, put, read } = await setUp();
    const contacts = await Promise.all(['0130', '0131', '0132'].map((end) => create({ phone: `202555${end}` })));

    const answers = await Promise.all(contacts.map(({ id }) => put(id, { phone: '2025550139' })));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const after = await Promise.all(contacts.map(({ id }) => read(id)));
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(after.map(({ phone }) => phone)).toEqual(
      contacts.map(({ phone }, index) => (index === winner ? '+12025550139' : phone)),
    );
  });

  test('may change, which frees what it was, and may be half cleared but not wholly', async () => {
    const { create, post, put, read } = await setUp();
    const jane = await create({ phone: '2025550140', email: 'jane@example.com' });

    const moved = await put(jane.id, { phone: '2025550141', email: 'jane@example.org' });
    const [phone, email] = [await post({ phone: '2025550140' }), await post({ email: 'jane@example.com' })];
    const cleared = await put(jane.id, { phone: null });
    const nobody = await put(jane.id, { email: null });
    const freed = await post({ phone: '2025550141' });

    expect(moved).toMatchObject({ status: 200, body: { data: { phone: '+12025550141', email: 'jane@example.org' } } });
    expect([phone.status, email.status, cleared.status, freed.status]).toEqual([201, 201, 200, 201]);
    expect(nobody).toMatchObject({ status: 422, body: { error: { details: { field: 'phone' } } } });
    expect(await read(jane.id)).toMatchObject({ phone: null, email: 'jane@example.org', version: 3 });
  });

  test('stays whole when a half of the new one is taken', async () => {
    const { create, post, put, read } = await setUp();
    const jane = await create({ phone: '2025550142', email: 'jane@example.com' });
    const john = await create({ email: 'john@example.com' });

    const refused = await put(jane.id, { phone: '2025550143', email: 'john@example.com', firstName: 'Jane' });

    expect(refused).toMatchObject(duplicate('email', john.id));
    expect(await read(jane.id)).toEqual(jane);
    expect((await post({ phone: '2025550143' })).status).toBe(201);
    expect((await post({ phone: '2025550142' })).status).toBe(409);
  });
});

describe('a change', () => {
  test.each(['PUT /contacts', 'PATCH /contacts', 'PUT /leads', 'PATCH /leads'])(
    'by %s touches what it names, and null clears',
    async (address) => {
      const { create, read, send } = await setUp();
      const before = await create({
        phone: '2025550150',
        firstName: 'Jane',
        company: 'Acme',
        tags: ['vip'],
        customFields: { score: 1 },
      });
      const [method = '', path = ''] = address.split(' ');

      const changed = await send(method, `${path}/${before.id}`, { firstName: null, company: 'Ajax', version: 1 });

      expect(changed.status).toBe(200);
      const after = await read(before.id);
      expect(after).toEqual({ ...before, firstName: null, company: 'Ajax', version: 2, updatedAt: after.updatedAt });
    },
  );

  test('that names a version others have left behind is refused, and one of several at once stands', async () => {
    const { create, put, read, send } = await setUp();
    const { id } = await create({ phone: '2025550151' });

    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((notes, index) =>
        send(index % 2 === 0 ? 'PUT' : 'PATCH', `/contacts/${id}`, { notes, version: 1 }),
      ),
    );
    const late = await put(id, { notes: 'late', version: 1 });
    const fresh = await put(id, { notes: 'fresh', version: 2 });

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    const details = { field: 'version', version: 2 };
    expect(late).toMatchObject({ status: 409, body: { error: { code: 'STALE_VERSION', details } } });
    expect(fresh.status).toBe(200);
    expect(await read(id)).toMatchObject({ notes: 'fresh', version: 3 });
  });
});

/** All that the table keeps of an organization, and in which sections of it any of some texts stands. */
const keptOf = async (organizationId: string) => {
  const table = await stackTable();
  const kept: { name: string; items: string }[] = [];
  for (const { name = '-', partitions } of sectionsOf(OrganizationId.parse(organizationId)))
    kept.push({ name, items: JSON.stringify(await itemsOf(table, await partitions(table))) });
  return (...texts: readonly string[]) => {
    const found = kept.filter(({ items }) => texts.some((text) => items.includes(text)));
    return [...new Set(found.map(({ name }) => name))].toSorted();
  };
};

test('a deleted contact leaves nothing behind but what the log says, and its names are free', async () => {
  const { api, create, post, put, remove, session, total } = await setUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Leads' } });
  const identity = { phone: '2025550152', email: 'jane@example.com' };
  const { id } = await create({ ...identity, listIds: [list.id], customFields: { pet: 'Barnaby' } });
  await put(id, { firstName: 'Philippa', address: '12 Elm Street', leadStatus: 'warm' });
  const params = { contactId: id };
  await api.call(consentRoutes.recordConsent, { params, body: { source: 'Web form', ip: '198.51.100.7' } });
  const organizationId = session.user.organization_id;
  const values = ['2025550152', '2510555202', 'jane@example.com', 'Barnaby', 'Philippa', 'Elm Street', '198.51.100.7'];
  const before = await keptOf(organizationId);

  const answers = await Promise.all([remove(id), remove(id)]);

  expect(before(id)).toEqual(['-', 'audit-log', 'audit-values', 'consents', 'contacts', 'list-members']);
  expect(before(...values)).toEqual(['-', 'audit-values', 'consents', 'contacts', 'list-members']);
  // A repetition that comes while the first is under way finds nothing either.
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  const after = await keptOf(organizationId);
  expect(after(id)).toEqual(['audit-log']);
  expect(after(...values)).toEqual([]);
  const { data: log } = await api.call(auditLogRoutes.listAuditLogs, { query: { resourceId: id } });
  const by = { userId: session.user.id, erased: true };
  expect(log).toMatchObject([
    { ...by, action: 'contact_deleted', before: { phone: null, firstName: null, leadStatus: 'warm' } },
    { ...by, action: 'consent_recorded', details: { phone: null, ip: null, source: 'Web form' } },
    { ...by, action: 'contact_updated', after: { firstName: null, address: null, leadStatus: 'warm' } },
    { ...by, action: 'contact_created', after: { phone: null, email: null, customFields: null, source: 'API' } },
  ]);
  expect(await total()).toBe(0);
  const lists = { listId: list.id };
  expect((await api.call(contactListRoutes.getContactList, { params: lists })).data.contactCount).toBe(0);
  expect((await post(identity)).status).toBe(201);
});

test('of contacts that were merged into a deleted one nothing is said either', async () => {
  const { api, create, remove, session } = await setUp();
  const other = await create({ phone: '2025550153', firstName: 'Philippa', customFields: { pet: 'Barnaby' } });
  const { id } = await create({ phone: '2025550154', email: 'jane@example.com' });
  await api.call(contactRoutes.mergeContacts, { params: { contactId: id }, body: { contactIds: [other.id] } });
  const values = ['2025550153', '3510555202', '2025550154', '4510555202', 'jane@example.com', 'Philippa', 'Barnaby'];

  await remove(id);

  expect((await keptOf(session.user.organization_id))(...values)).toEqual([]);
  const { data: log } = await api.call(auditLogRoutes.listAuditLogs, { query: { resource: 'contact' } });
  expect(log.map(({ action, resourceId, erased }) => [action, resourceId, erased])).toEqual([
    ['contact_deleted', id, true],
    ['contact_merged', id, true],
    ['contact_created', id, true],
    ['contact_created', other.id, true],
  ]);
});
