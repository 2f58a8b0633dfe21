import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ApiClient } from '../../lib/api-client.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { importFile, uploadFile } from '../support/import-file.ts';
import { ownedThings } from '../support/owned-things.ts';
import { signUp } from '../support/sign-up.ts';

/** How much there is of what an import writes. */
const written = async (api: ApiClient) => {
  const { filters } = await api.call(contactRoutes.listContacts, {});
  const { data: lists } = await api.call(contactListRoutes.listContactLists, {});
  return { contacts: filters.totalContacts, inLists: lists.map(({ contactCount }) => contactCount) };
};

test.each([
  ['a PDF named .csv', `%PDF-1.7\n${'1 0 obj\n'.repeat(50)}`, 'NOT_CSV'],
  ['binary data', new Uint8Array(randomBytes(4096).fill(0, 10, 20)), 'NOT_CSV'],
  ['a zip archive or workbook', 'PK\u0003\u0004and more', 'SPREADSHEET'],
  ['a web page', '<!doctype html><table><tr><td>phone</td></tr></table>', 'NOT_CSV'],
  ['without a column that identifies anybody', 'name,city\nAda,Boston\n', 'NO_CONTACT_COLUMN'],
  ['a header without rows', 'name,phone\r\n', 'NO_ROWS'],
  ['blank', '\r\n\r\n \r\n', 'EMPTY_FILE'],
])('a file that is %s ends its import with the reason, and nothing is written', async (_, content, code) => {
  const { api } = await signUp();

  const job = await importFile(api, { name: 'contacts.csv', content, listName: 'Leads' });

  expect(job).toMatchObject({ status: 'failed', failure: { code, message: expect.stringMatching(/\w+ \w+/) } });
  expect(job.results).toMatchObject({ imported: 0, duplicates: 0 });
  expect(await written(api)).toEqual({ contacts: 0, inLists: [0] });
});

test('an empty file and one of 3 GB are refused when they are announced, and leave no job', async () => {
  const { api, send } = await signUp();
  const announce = (fileSize: number) => send('POST', '/uploads/contacts', { filename: 'a.csv', fileSize });

  const refused = [await announce(0), await announce(3 * 1024 ** 3)];

  for (const { status, body } of refused)
    expect([status, body]).toMatchObject([
      422,
      { error: { code: 'VALIDATION_ERROR', details: { field: 'fileSize' } } },
    ]);
  expect((await api.call(importRoutes.listImports, {})).data).toEqual([]);
});

test('an upload URL takes what it was signed for, until it expires, and for its own job', async () => {
  const { api } = await signUp();
  const content = 'name,phone\nAda,2025550101\n';
  const { data } = await api.call(importRoutes.startImport, { body: { filename: 'a.csv', fileSize: content.length } });
  const { data: other } = await api.call(importRoutes.startImport, { body: { filename: 'b.csv', fileSize: 9 } });
  const { url = '', headers } = data.upload ?? {};
  const altered = (change: (parameters: URLSearchParams) => void) => {
    const changed = new URL(url);
    change(changed.searchParams);
    return changed.href;
  };
  const put = async (address: string, body = content, type = 'text/csv') =>
    (await fetch(address, { method: 'PUT', headers: { ...headers, 'content-type': type }, body })).status;

  const refused = [
    await put(
      altered((parameters) => parameters.set('X-Amz-Date', `${parameters.get('X-Amz-Date')?.slice(0, 8)}T000000Z`)),
    ),
    await put(altered((parameters) => parameters.set('X-Amz-Expires', '604800'))),
    await put(altered((parameters) => parameters.delete('X-Amz-Signature'))),
    await put(url.replace(data.jobId, other.jobId)),
    await put(url, `${content} `),
    await put(url, content.slice(1)),
    await put(url, ''),
    await put(url, content, 'text/html'),
  ];

  expect(refused).toEqual(refused.map(() => 403));
  const { data: jobs } = await api.call(importRoutes.listImports, {});
  expect(jobs.map(({ status }) => status)).toEqual(['pending', 'pending']);
  expect(await written(api)).toEqual({ contacts: 0, inLists: [] });
  expect(await put(url)).toBe(200);
});

test('ids of another organization in a body are refused like ids that nobody has', async () => {
  const [owner, stranger] = [await signUp(), await signUp()];
  const things = await ownedThings(owner.api);
  const listId = things['/contact-lists/'] ?? '';
  const dncListId = things['/dnc-lists/'] ?? '';
  const { data: ownList } = await stranger.api.call(contactListRoutes.createContactList, { body: { name: 'Own' } });
  const attempts: [string, (id: string) => object][] = [
    ['/contacts', (id) => ({ phone: '2025550111', listIds: [id] })],
    ['/contacts/manual', (id) => ({ phone: '2025550111', listId: id })],
    ['/uploads/contacts', (id) => ({ filename: 'a.csv', fileSize: 10, listId: id })],
    ['/dnc/scrub-campaign', (id) => ({ contactListIds: [ownList.id, id] })],
    ['/campaigns', (id) => ({ name: 'Theirs', body: 'Hello', listIds: [ownList.id, id] })],
    ['/dnc-entries', (id) => ({ phoneNumber: '2025550111', listId: id === listId ? dncListId : id })],
  ];
  /** What is refused and why, whatever the id is. */
  const refusal = async (path: string, bodyWith: (id: string) => object, id: string) => {
    const { status, body } = await stranger.send('POST', path, bodyWith(id));
    const { code, message, details } = Object(Object(body).error);
    return JSON.stringify({ path, status, code, message, details }).replaceAll(
      new RegExp(`${id}|${dncListId}`, 'g'),
      'ID',
    );
  };

  for (const [path, bodyWith] of attempts) {
    const foreign = await refusal(path, bodyWith, listId);

    expect(foreign).toBe(await refusal(path, bodyWith, systemIds.random()));
    expect(foreign).toMatch(/"status":(404|422),"code":"(NOT_FOUND|VALIDATION_ERROR)"/);
  }
  expect(await written(stranger.api)).toEqual({ contacts: 0, inLists: [0] });
  expect(await written(owner.api)).toEqual({ contacts: 1, inLists: [1] });
  expect((await uploadFile(owner.api, { name: 'a.csv', content: 'phone\n', listId })).response.status).toBe(200);
});
