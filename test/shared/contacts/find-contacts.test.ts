import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { listManagement } from '../../../shared/contact-lists/manage-lists.ts';
import type { NewContact } from '../../../shared/contacts/contact.ts';
import { createContact } from '../../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { type ContactQuery, listContacts } from '../../../shared/contacts/list-contacts.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { contactKeys } from '../../../shared/platform/table/contact-keys.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();
const services = { table, clock: systemClock, ids: systemIds };

const setUp = async (bodies: readonly NewContact[] = []) => {
  const caller = aCaller(anOrganization());
  const audience = openAudience(table, memoryObjects(), caller.organizationId);
  const list = (query: Partial<ContactQuery> = {}) =>
    listContacts(table, audience, caller, { page: 1, limit: 50, ...query });
  const contacts = [];
  for (const body of bodies) contacts.push(await createContact(services, caller, body));
  return {
    caller,
    contacts,
    list,
    newList: (name: string) => listManagement(services).create(caller, { name }),
    /** First names, else e-mail addresses, through all pages. */
    found: async (query: Partial<ContactQuery>) => {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const { data, pagination } = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
        names.push(...data.map(({ firstName, email }) => firstName ?? email ?? ''));
        cursor = pagination.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return names;
    },
    entries: async () =>
      (
        await Promise.all(
          [
            ...contactKeys.nameShards(caller.organizationId).flat(),
            ...contactKeys.changeShards(caller.organizationId),
          ].map(async (pk) => (await table.query({ pk })).items),
        )
      ).flat(),
  };
};

const people = [
  { firstName: 'Ann', lastName: 'Lee', email: 'ann@acme.example', phone: '202 555 0101', company: 'Acme' },
  {
    firstName: 'José',
    lastName: 'Ångström',
    email: 'jose@other.example',
    phone: '202 555 0199',
    company: 'Ann Taylor',
  },
  { firstName: 'Lee', lastName: 'Annan', phone: '415 555 0101' },
  { email: 'annette@acme.example' },
] satisfies NewContact[];

describe('a search', () => {
  test.each([
    ['the beginning of a first name', 'jos', ['José']],
    ['the beginning of a last name, without its accents', 'ang', ['José']],
    ['a full name, either way round', 'lee ann', ['Ann', 'Lee']],
    ['a company', 'ACM', ['Ann']],
    ['the beginning of an e-mail address', 'jose@', ['José']],
    ['the last four digits of a phone', '0101', ['Ann', 'Lee']],
    ['a whole number as people write it', '(202) 555-0199', ['José']],
    ['nothing that anybody has', 'zoe', []],
  ])('finds by %s', async (_, search, expected) => {
    const { found } = await setUp(people);

    expect((await found({ search })).toSorted()).toEqual(expected);
  });

  test('meets each contact once, however many of its names and addresses begin so', async () => {
    const { found } = await setUp(people);

    for (const limit of [1, 2, 50])
      expect((await found({ search: 'ann', limit })).toSorted()).toEqual([
        'Ann',
        'José',
        'Lee',
        'annette@acme.example',
      ]);
  });

  test('follows a contact that is renamed, and forgets one that is deleted', async () => {
    const { caller, contacts, found, entries } = await setUp(people.slice(0, 1));
    const id = contacts[0]?.id ?? '';

    await updateContact(services, caller, id, { lastName: 'Zimmer', company: null });

    expect(await found({ search: 'zim' })).toEqual(['Ann']);
    expect(await found({ search: 'lee' })).toEqual([]);
    expect(await entries()).toHaveLength(3);
    await deleteContact(services, caller, id);
    expect(await entries()).toEqual([]);
  });

  test('finds exactly those whose name begins so, whatever the names', async () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'B', 'é', ' ', '1', '#', '日'), minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 8 }), name, async (firstNames, search) => {
        fc.pre(search.trim() !== '' && firstNames.every((one) => one.trim() !== ''));
        const { found } = await setUp(
          firstNames.map((one, index) => ({ firstName: one.trim(), phone: `202555${1000 + index}` })),
        );
        const folded = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
        const plain = (text: string) => folded(text).replaceAll(/\s+/g, ' ').trim();

        const expected = firstNames.map((one) => one.trim()).filter((one) => plain(one).startsWith(plain(search)));
        fc.pre(!/^\d+$/.test(search.trim()));

        expect((await found({ search, limit: 2 })).toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 15 },
    );
  });
});

describe('filters', () => {
  test('hold together: what is listed has all that was asked', async () => {
    const { newList, caller, found, list } = await setUp();
    const voters = await newList('Voters');
    const make = (body: NewContact) => createContact(services, caller, body);
    await make({ firstName: 'Ann', lastName: 'One', phone: '2025550001', tags: ['VIP', 'new'], listIds: [voters.id] });
    await make({ firstName: 'Ann', lastName: 'Two', phone: '2025550002', tags: ['vip'] });
    await make({ firstName: 'Ben', phone: '2025550003', tags: ['vip'], status: 'inactive', leadStatus: 'Won' });

    expect(await found({ tags: ['vip', 'NEW'] })).toEqual(['Ann']);
    expect(await found({ tags: ['vip'], status: 'inactive' })).toEqual(['Ben']);
    expect(await found({ leadStatus: 'won' })).toEqual(['Ben']);
    expect(await found({ search: 'ann', listId: voters.id, tags: ['vip'] })).toEqual(['Ann']);
    expect(await found({ search: 'ben', listId: voters.id })).toEqual([]);
    expect(await found({ listId: voters.id, status: 'inactive' })).toEqual([]);
    const since = new Date(Date.now() + 60_000).toISOString();
    expect(await found({ updatedSince: since })).toEqual([]);
    expect((await list({ tags: ['vip'] })).pagination.total).toBeNull();
    expect((await list({ status: 'inactive' })).pagination.total).toBe(1);
    expect((await list({ listId: voters.id })).pagination.total).toBe(1);
  });

  test('a page reads a thousand contacts at the most, and says where to go on', async () => {
    const { caller, list, found } = await setUp();
    await Promise.all(
      Array.from({ length: 12 }, async (_, lane) => {
        for (let index = lane; index < 1100; index += 12)
          await createContact(services, caller, {
            phone: `202555${1000 + index}`,
            ...(index === 1099 ? { firstName: 'Last', tags: ['rare'] } : {}),
          });
      }),
    );

    const { data, pagination } = await list({ tags: ['none'] });

    expect(data).toEqual([]);
    expect(pagination.nextCursor).not.toBeNull();
    expect(await found({ tags: ['rare'] })).toEqual(['Last']);
  });
});

describe('a sort', () => {
  test.each([
    ['lastName', false, ['Lee', 'Ann', 'José', 'annette@acme.example']],
    ['lastName', true, ['Ann', 'Lee', 'José', 'annette@acme.example']],
    ['firstName', false, ['Ann', 'José', 'Lee', 'annette@acme.example']],
    ['company', false, ['Ann', 'José', 'Lee', 'annette@acme.example']],
    ['email', false, ['Ann', 'annette@acme.example', 'José', 'Lee']],
  ] as const)('by %s, reversed: %s, shows everybody once, those without it last', async (order, reverse, expected) => {
    const { found } = await setUp(
      [...people, { firstName: 'Lee', lastName: 'Annan', phone: '2025550177' }].slice(0, 4),
    );

    for (const limit of [1, 50]) {
      const names = await found({ sort: { order, reverse }, limit });
      if (order === 'lastName') expect(names.slice(-1)).toEqual(['annette@acme.example']);
      expect(names.toSorted()).toEqual([...expected].toSorted());
      if (order === 'firstName' || order === 'email') expect(names.slice(0, 2)).toEqual(expected.slice(0, 2));
    }
  });

  test('by change, or a moment since when, shows who was changed last, and each once', async () => {
    const { caller, contacts, found } = await setUp(people.slice(0, 3));
    const [first] = contacts;
    const { updatedAt } = await updateContact(services, caller, first?.id ?? '', { notes: 'Called' });

    expect(await found({ sort: { order: 'updatedAt', reverse: true }, limit: 1 })).toEqual(['Ann', 'Lee', 'José']);
    expect(await found({ sort: { order: 'updatedAt', reverse: false } })).toEqual(['José', 'Lee', 'Ann']);
    expect(await found({ updatedSince: contacts[2]?.updatedAt ?? '' })).toEqual(['Lee', 'Ann']);
    expect(await found({ updatedSince: updatedAt, limit: 1 })).toEqual(['Ann']);
    expect(await found({ updatedSince: updatedAt, status: 'inactive' })).toEqual([]);
  });
});
