import { expect, test } from 'vitest';
import { contactJobRoutes } from '../../../shared/contact-jobs/routes.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { contactListKeys } from '../../../shared/platform/table/contact-keys.ts';
import { signUp } from '../../support/sign-up.ts';
import { itemsOf, stackTable } from '../../support/stack-table.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a bulk operation answers what it did, and is taken back', async () => {
  const { api, send } = await signUp();
  const contactIds: string[] = [];
  for (const phone of ['2025550101', '2025550102'])
    contactIds.push((await api.call(contactRoutes.createContact, { body: { phone } })).data.id);

  const done = await send('POST', '/contacts/bulk-operations', {
    action: 'add-tags',
    contactIds,
    data: { tags: ['bulk-updated', '2025-campaign'] },
  });

  expect(done).toMatchObject({
    status: 200,
    body: { message: 'Bulk operation completed', processed: 2, successful: 2, failed: 0, errors: [] },
  });
  const { jobId } = contactJobRoutes.runBulkOperation.returns.parse(done.body);
  const { data: tagged } = await api.call(contactRoutes.listContacts, { query: { tags: 'bulk-updated' } });
  expect(tagged).toHaveLength(2);
  const { data: undo } = await api.call(contactJobRoutes.undoContactJob, { params: { jobId } });
  expect(undo).toMatchObject({ kind: 'undo', status: 'completed', successful: 2 });
  expect((await api.call(contactRoutes.listContacts, { query: { tags: 'bulk-updated' } })).data).toEqual([]);
  expect((await api.call(contactJobRoutes.listContactJobs, {})).data.map(({ kind }) => kind)).toEqual(['undo', 'bulk']);
  expect(await send('POST', `/contact-jobs/${jobId}/undo`)).toMatchObject({ status: 409 });
});

test('more contacts than an answer can wait for are a job, with progress until it is completed', async () => {
  const { api } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'All' } });
  for (let start = 0; start < 210; start += 30)
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        api.call(contactRoutes.createContact, { body: { phone: `202555${1000 + start + index}` } }),
      ),
    );

  const { jobId, status } = await api.call(contactJobRoutes.runBulkOperation, {
    body: { action: 'add-to-list', filter: {}, data: { listId: list.id } },
  });

  expect(status).toBe('processing');
  const { data: job } = await waitFor(
    'the job',
    () => api.call(contactJobRoutes.getContactJob, { params: { jobId } }),
    ({ data }) => data.status !== 'processing',
  );
  expect(job).toMatchObject({ status: 'completed', progress: 100, processed: 210, successful: 210, errors: [] });
  const { data: counted } = await api.call(contactListRoutes.getContactList, { params: { listId: list.id } });
  expect(counted.contactCount).toBe(210);
  const { data: count } = await api.call(contactJobRoutes.countContacts, { body: { listId: list.id, search: '10' } });
  const { data: finished } = await waitFor(
    'the count',
    () => api.call(contactJobRoutes.getContactJob, { params: { jobId: count.id } }),
    ({ data }) => data.status !== 'processing',
  );
  expect(finished.processed).toBe(2);
});

test('a bulk operation that can mean nobody or everybody by mistake is refused', async () => {
  const { send } = await signUp();
  const refused = await Promise.all(
    [
      { action: 'add-tags', data: { tags: ['a'] } },
      { action: 'add-tags', contactIds: [], data: { tags: ['a'] } },
      { action: 'add-tags', filter: { nope: 1 }, data: { tags: ['a'] } },
      { action: 'dance', filter: {} },
    ].map((body) => send('POST', '/contacts/bulk-operations', body)),
  );

  expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
});

/** Memberships that the table holds of some lists, deleted or not. */
const membersIn = async (organizationId: OrganizationId, listIds: readonly string[]) => {
  const partitions = listIds.flatMap((listId) => contactListKeys.memberBuckets(organizationId, listId));
  return (await itemsOf(await stackTable(), partitions)).length;
};

test('lists are copied and merged, and the merged ones go with their memberships', async () => {
  const { api, session } = await signUp();
  const newList = async (name: string) =>
    (await api.call(contactListRoutes.createContactList, { body: { name } })).data.id;
  const [one, two] = [await newList('One'), await newList('Two')];
  for (const [phone, listIds] of [
    ['2025550101', [one]],
    ['2025550102', [one, two]],
    ['2025550103', [two]],
  ] as const)
    await api.call(contactRoutes.createContact, { body: { phone, listIds: [...listIds] } });

  const copy = await api.call(contactJobRoutes.copyContactList, { params: { listId: one }, body: { name: 'Copy' } });
  const merge = await api.call(contactJobRoutes.mergeContactLists, {
    body: { sourceListIds: [one, two], name: 'Both', deleteSources: true },
  });

  expect(copy.data).toMatchObject({ list: { name: 'Copy', contactCount: 2 }, job: { status: 'completed' } });
  expect(merge.data).toMatchObject({ list: { name: 'Both', contactCount: 3 }, job: { kind: 'merge-lists' } });
  const { data: left } = await api.call(contactListRoutes.listContactLists, {});
  expect(left.map(({ name }) => name)).toEqual(['Both', 'Copy']);
  await waitFor(
    'the members of the merged lists',
    () => membersIn(OrganizationId.parse(session.user.organization_id), [one, two]),
    (members) => members === 0,
  );
});

test('a merge says which of its fields is at fault', async () => {
  const { send } = await signUp();
  const listId = systemIds.random();
  const refused = await Promise.all(
    [
      { sourceListIds: [listId] },
      { sourceListIds: [listId], name: 'A', targetListId: listId },
      { sourceListIds: [], name: 'A' },
      { sourceListIds: [listId], name: 'A' },
    ].map((body) => send('POST', '/contact-lists/merge', body)),
  );

  const fields = refused.map(({ status, body }) => [status, Object(Object(Object(body).error).details).field]);
  expect(fields).toEqual([
    [422, 'targetListId'],
    [422, 'targetListId'],
    [422, 'sourceListIds'],
    [422, 'sourceListIds'],
  ]);
});
