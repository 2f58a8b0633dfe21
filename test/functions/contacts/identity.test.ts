import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { sectionsOf } from '../../../shared/closures/organization-partitions.ts';
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

test('a deleted contact leaves nothing behind but what the log says, and its names are free', async () => {
  const { api, create, post, remove, session, total } = await setUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Leads' } });
  const identity = { phone: '2025550152', email: 'jane@example.com' };
  const { id } = await create({ ...identity, listIds: [list.id], customFields: { score: 1 } });
  const table = await stackTable();
  const found = async () => {
    const traces: string[] = [];
    for (const { name = '-', partitions } of sectionsOf(OrganizationId.parse(session.user.organization_id))) {
      const items = await itemsOf(table, await partitions(table));
      if (items.some((item) => JSON.stringify(item).includes(id))) traces.push(name);
    }
    return [...new Set(traces)].toSorted();
  };
  const before = await found();

  const answers = await Promise.all([remove(id), remove(id)]);

  expect(before).toEqual(expect.arrayContaining(['-', 'audit-log', 'contacts', 'list-members']));
  // A repetition that comes while the first is under way finds nothing either.
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  expect(await found()).toEqual(['audit-log']);
  expect(await total()).toBe(0);
  const params = { listId: list.id };
  expect((await api.call(contactListRoutes.getContactList, { params })).data.contactCount).toBe(0);
  expect((await post(identity)).status).toBe(201);
});
