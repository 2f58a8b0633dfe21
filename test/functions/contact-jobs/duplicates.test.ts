import { expect, test } from 'vitest';
import { contactJobRoutes } from '../../../shared/contact-jobs/routes.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { signUp } from '../../support/sign-up.ts';

test('likely duplicates are found, looked at, and merged', async () => {
  const { api, send } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'L' } });
  for (const email of ['jo@example.com', 'jo+a@example.com', 'kim@example.com', 'kim+a@example.com'])
    await api.call(contactRoutes.createContact, { body: { email, listIds: email.includes('+') ? [] : [list.id] } });

  const { data: preview } = await api.call(contactJobRoutes.deduplicateContacts, { body: { dryRun: true } });

  expect(preview).toMatchObject({ kind: 'deduplicate', status: 'completed', processed: 2, undoableUntil: null });
  const params = { jobId: preview.id };
  const first = await api.call(contactJobRoutes.listDuplicates, { params, query: { limit: 1 } });
  const query = { limit: 1, cursor: first.pagination.nextCursor ?? '' };
  const second = await api.call(contactJobRoutes.listDuplicates, { params, query });
  expect(second.pagination.nextCursor).toBeNull();
  const found = [...first.data, ...second.data];
  expect(found.map(({ reason, contacts }) => [reason, contacts.length])).toEqual([
    ['email', 2],
    ['email', 2],
  ]);
  expect(found.map(({ merged }) => [merged?.email, ...(merged?.otherEmails ?? [])]).toSorted()).toEqual([
    ['jo+a@example.com', 'jo@example.com'],
    ['kim+a@example.com', 'kim@example.com'],
  ]);

  const { data: named } = await api.call(contactJobRoutes.mergeDuplicates, {
    params,
    body: { groupIds: [first.data[0]?.id ?? ''] },
  });
  expect(named).toMatchObject({ kind: 'merge-duplicates', status: 'completed', successful: 1, failed: 0 });
  const { data: rest } = await api.call(contactJobRoutes.deduplicateContacts, { body: {} });
  expect(rest).toMatchObject({ status: 'completed', processed: 1, successful: 1 });

  const { data: left } = await api.call(contactRoutes.listContacts, { query: { sort: 'email' } });
  expect(left.map(({ lists }) => lists.map(({ name }) => name))).toEqual([['L'], ['L']]);
  expect(left.map(({ email }) => email)).toEqual(['jo+a@example.com', 'kim+a@example.com']);
  expect(await send('POST', `/contact-jobs/${preview.id}/undo`)).toMatchObject({ status: 409 });
});
