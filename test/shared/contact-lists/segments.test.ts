import { expect, test } from 'vitest';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { deleteList } from '../../../shared/contact-lists/delete-list.ts';
import { deriveList } from '../../../shared/contact-lists/derive-list.ts';
import { listManagement } from '../../../shared/contact-lists/manage-lists.ts';
import type { NewContact } from '../../../shared/contacts/contact.ts';
import type { ContactFilter } from '../../../shared/contacts/contact-filter.ts';
import { contactItem } from '../../../shared/contacts/contact-item.ts';
import { deleteContact } from '../../../shared/contacts/delete-contact.ts';
import { listContacts } from '../../../shared/contacts/list-contacts.ts';
import { updateContact } from '../../../shared/contacts/update-contact.ts';
import type { Position } from '../../../shared/platform/http/page.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { anOrganizationWithJobs } from '../../support/contact-jobs.ts';
import { localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();

const setUp = () => {
  const world = anOrganizationWithJobs(table);
  const { caller, organizationId, services } = world;
  const objects = memoryObjects();
  const lists = listManagement(services);
  const audience = openAudience(table, objects, organizationId);
  const removals = { send: async () => {} };
  return {
    ...world,
    objects,
    lists,
    audience,
    segment: (filter: ContactFilter, name = 'Segment') => lists.create(caller, { name, filter }),
    remove: (listId: string) => deleteList(services, removals, caller, listId),
    /** Ids of whoever an audience of the lists meets, page by page. */
    reached: async (listIds: readonly string[], limit = 3, asOf?: string) => {
      const met: string[] = [];
      let after: Position | undefined;
      do {
        const { members, next } = await audience.page({ listIds, after, limit, ...(asOf ? { asOf } : {}) });
        met.push(...members.map(({ contactId }) => contactId));
        after = next;
      } while (after);
      return met;
    },
    listed: async (query: Partial<Parameters<typeof listContacts>[3]>) => {
      const { data, pagination } = await listContacts(table, audience, caller, { page: 1, limit: 50, ...query });
      return { ids: data.map(({ id }) => id), total: pagination.total };
    },
  };
};

const inOrder = (ids: readonly string[]) => ids.toSorted((a, b) => (a.slice(-1) + a < b.slice(-1) + b ? -1 : 1));

const people = [
  { phone: '2025550101', firstName: 'Ann', tags: ['vip'] },
  { phone: '2025550102', firstName: 'Ben', tags: ['vip'] },
  { phone: '2025550103', firstName: 'Cid' },
  { email: 'dora@example.com', firstName: 'Dora', tags: ['VIP'] },
] satisfies NewContact[];

test('a segment is whoever its filter means at the moment', async () => {
  const { caller, services, contacts, segment, reached, listed } = setUp();
  const [ann = '', ben = '', cid = '', dora = ''] = await contacts(people);
  const { id, kind, contactCount } = await segment({ tags: ['vip'] });

  expect([kind, contactCount]).toEqual(['segment', null]);
  expect(await reached([id])).toEqual(inOrder([ann, ben, dora]));
  await updateContact(services, caller, ann, { tags: [] });
  await updateContact(services, caller, cid, { tags: ['Vip'] });
  await deleteContact(services, caller, ben);

  expect(await reached([id])).toEqual(inOrder([cid, dora]));
  expect(await listed({ listId: id })).toEqual({ ids: inOrder([cid, dora]), total: null });
});

test('a segment can be searched, sorted and filtered further', async () => {
  const { contacts, segment, listed } = setUp();
  const [ann = '', ben = '', , dora = ''] = await contacts(people);
  const { id } = await segment({ tags: ['vip'] });

  expect((await listed({ listId: id, search: 'ann' })).ids).toEqual([ann]);
  expect((await listed({ listId: id, search: 'cid' })).ids).toEqual([]);
  expect((await listed({ listId: id, hasPhone: true })).ids).toEqual(inOrder([ann, ben]));
  expect((await listed({ listId: id, sort: { order: 'firstName', reverse: true } })).ids).toEqual([dora, ben, ann]);
});

test('an audience of segments and lists meets everybody once, whatever the size of its pages', async () => {
  const { contacts, newList, segment, reached } = setUp();
  const list = await newList('List');
  const bodies = Array.from({ length: 40 }, (_, index) => ({
    phone: `20255501${10 + index}`,
    tags: [...(index % 2 === 0 ? ['even'] : []), ...(index % 3 === 0 ? ['third'] : [])],
    listIds: index % 5 === 0 ? [list.id] : [],
  }));
  const ids = await contacts(bodies);
  const even = await segment({ tags: ['even'] }, 'Even');
  const third = await segment({ tags: ['third'] }, 'Third');
  const thirdOfList = await segment({ tags: ['third'], listId: list.id }, 'Third of the list');

  const some = (keep: (index: number) => boolean) => inOrder(ids.filter((_, index) => keep(index)));
  for (const limit of [1, 4, 100]) {
    expect(await reached([even.id, third.id, list.id], limit)).toEqual(
      some((index) => index % 2 === 0 || index % 3 === 0 || index % 5 === 0),
    );
    expect(await reached([thirdOfList.id], limit)).toEqual(some((index) => index % 15 === 0));
  }
});

test('a page of which a filter leaves little ends after its bound, with where to go on', async () => {
  const { organizationId, audience, segment, contacts, stored, reached } = setUp();
  const ids = await contacts(people.slice(0, 1));
  const [ann] = await stored(ids);
  if (!ann) throw new Error('Ann is not there');
  const others = Array.from({ length: 1200 }, () => ({ ...ann, id: systemIds.random(), tags: [] }));
  await table.writeAll({ puts: others.map((contact) => contactItem(organizationId, contact)) });
  const nobody = await segment({ tags: ['nobody'] }, 'Nobody');
  const vips = await segment({ tags: ['vip'] });

  const { members, next } = await audience.page({ listIds: [nobody.id], limit: 10 });

  expect(members).toEqual([]);
  expect(next).toBeDefined();
  expect(await reached([vips.id])).toEqual([ann.id]);
});

test('whoever was made after a moment is not in the segment as of it, nor in a clean list of it', async () => {
  const { caller, organizationId, objects, contacts, segment, reached } = setUp();
  const [ann = '', ben = ''] = await contacts(people.slice(0, 2));
  const { id } = await segment({ tags: ['vip'] });
  const scrubbed = new Date().toISOString();
  await objects.put('excluded', ben, 'text/plain');
  const clean = { id: systemIds.sequential(), name: 'Clean', sourceListIds: [id], exclusionsKey: 'excluded' };
  const createdBy = { id: caller.userId, name: caller.name };
  const asOf = scrubbed;
  await deriveList(table, organizationId, { ...clean, contactCount: 1, asOf, createdBy }, scrubbed);
  await contacts([{ phone: '2025550109', tags: ['vip'] }]);

  expect(await reached([id], 3, scrubbed)).toEqual(inOrder([ann, ben]));
  expect(await reached([clean.id])).toEqual([ann]);
  expect(await reached([id])).toHaveLength(3);
});

test('a segment takes no contacts by hand, not even when its kind was read too early', async () => {
  const { caller, jobs, contacts, stored, segment } = setUp();
  const { id } = await segment({ tags: ['vip'] });
  const refused = { code: 'VALIDATION_ERROR', details: { listId: id } };

  await expect(contacts([{ phone: '2025550101', listIds: [id] }])).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('follows from a filter'),
  });
  const [ann = ''] = await contacts([{ phone: '2025550101' }]);
  const add = { action: 'add-to-list' as const, contactIds: [ann], data: { listId: id } };
  await expect(jobs.run(caller, add)).rejects.toMatchObject(refused);
  expect(Object.keys((await stored([ann]))[0]?.lists ?? {})).toEqual([]);
});

test('the filter of a segment is changed, and names plain lists only', async () => {
  const { caller, lists, newList, segment, contacts, reached } = setUp();
  const list = await newList('List');
  const [ann = '', ben = ''] = await contacts(people.slice(0, 2).map((body) => ({ ...body, listIds: [list.id] })));
  const { id } = await segment({ search: 'ann' });

  const changed = await lists.change(caller, id, { filter: { listId: list.id } });

  expect(changed).toMatchObject({ filter: { listId: list.id }, sourceListIds: [list.id], version: 2 });
  expect(await reached([id])).toEqual(inOrder([ann, ben]));
  const field = (name: string) => ({ code: 'VALIDATION_ERROR', details: { field: name } });
  await expect(lists.change(caller, list.id, { filter: {} })).rejects.toMatchObject(field('filter'));
  await expect(lists.change(caller, id, { filter: { listId: id } })).rejects.toMatchObject(field('filter.listId'));
  await expect(segment({ listId: systemIds.random() }, 'Other')).rejects.toMatchObject(field('filter.listId'));
});

test('a list goes after the segments whose filter names it, and not before', async () => {
  const { caller, lists, newList, segment, remove } = setUp();
  const [one, other] = [await newList('One'), await newList('Other')];
  const { id, name } = await segment({ listId: one.id });

  await expect(remove(one.id)).rejects.toMatchObject({ code: 'CONFLICT', details: { derivedLists: [name] } });
  await lists.change(caller, id, { filter: { listId: other.id } });
  await remove(one.id);
  await expect(remove(other.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await remove(id);
  await remove(other.id);

  expect((await lists.list(caller, { page: 1, limit: 10 })).data).toEqual([]);
});

test('a bulk operation and a count work on a segment', async () => {
  const { caller, jobs, contacts, stored, segment } = setUp();
  const ids = await contacts(people);
  const { id } = await segment({ tags: ['vip'], hasPhone: true });

  const count = await jobs.count(caller, { listId: id });
  const bulk = await jobs.run(caller, { action: 'add-tags', filter: { listId: id }, data: { tags: ['called'] } });

  expect([count.processed, bulk.processed]).toEqual([2, 2]);
  const tagged = (await stored(ids)).filter(({ tags }) => tags?.includes('called'));
  expect(tagged.map(({ firstName }) => firstName)).toEqual(['Ann', 'Ben']);
});
