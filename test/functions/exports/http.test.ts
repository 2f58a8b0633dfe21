import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { customFieldRoutes } from '../../../shared/custom-fields/routes.ts';
import { exportRoutes } from '../../../shared/exports/routes.ts';
import { importFile } from '../../support/import-file.ts';
import { readSheets } from '../../support/read-sheets.ts';
import { signUp } from '../../support/sign-up.ts';
import { waitFor } from '../../support/wait-for.ts';

const download = async (url: string | undefined) => {
  const response = await fetch(url ?? '');
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    disposition: response.headers.get('content-disposition'),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
};

test('contacts are exported into a file that is downloaded by its URL, in each format', async () => {
  const { api } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Friends' } });
  await api.call(contactRoutes.createContact, {
    body: { phone: '(202) 555-0101', firstName: '=1+1', tags: ['a', 'b'], listIds: [list.id] },
  });
  await api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0102' } });
  const filter = { listId: list.id };

  const { data: csv } = await api.call(exportRoutes.exportContacts, { body: { filter } });
  const { data: xlsx } = await api.call(exportRoutes.exportContacts, { body: { filter, format: 'xlsx' } });
  const { data: lines } = await api.call(exportRoutes.exportContacts, { body: { filter, format: 'jsonl' } });

  const csvFile = await download(csv.file?.url);
  expect(csvFile).toMatchObject({
    status: 200,
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="contacts-${csv.createdAt.slice(0, 10)}.csv"`,
  });
  expect(parse(csvFile.bytes, { bom: true, columns: true })).toMatchObject([
    { first_name: "'=1+1", phone: '+12025550101', tags: 'a, b', contact_lists: 'Friends', status: 'active' },
  ]);
  const [[header = [], row = []] = []] = readSheets((await download(xlsx.file?.url)).bytes);
  expect(row[header.indexOf('first_name')]).toBe('=1+1');
  const { data: listed } = await api.call(contactRoutes.listContacts, { query: { listId: list.id } });
  expect(JSON.parse((await download(lines.file?.url)).bytes.toString())).toEqual(listed[0]);
  const { data: exports } = await api.call(exportRoutes.listContactExports, {});
  expect(exports.map(({ id, format, file }) => [id, format, file?.rows])).toEqual([
    [lines.id, 'jsonl', 1],
    [xlsx.id, 'xlsx', 1],
    [csv.id, 'csv', 1],
  ]);
});

test('more contacts than an answer can wait for are a job, whose file imports again and changes nothing', async () => {
  const { api } = await signUp();
  await api.call(customFieldRoutes.createCustomField, { body: { name: 'Score', type: 'number' } });
  await api.call(contactRoutes.createContact, {
    body: { email: 'a@example.com', tags: ['x, y'], notes: '=2+2\nmore', customFields: { Score: 2.5 } },
  });
  const rows = Array.from({ length: 1500 }, (_, index) => `+1202${5_550_000 + index},Person ${index},"t,u"`);
  await importFile(api, { name: 'a.csv', content: `phone,first_name,tags\n${rows.join('\n')}` });
  const all = async () => {
    const contacts = [];
    for (let cursor: string | undefined; ; ) {
      const query = { limit: 100, ...(cursor === undefined ? {} : { cursor }) };
      const { data, pagination } = await api.call(contactRoutes.listContacts, { query });
      contacts.push(...data);
      if (pagination.nextCursor === null) return contacts;
      cursor = pagination.nextCursor;
    }
  };
  const before = await all();

  const { data: started } = await api.call(exportRoutes.exportContacts, { body: {} });
  const { data: done } = await waitFor(
    'the export',
    () => api.call(exportRoutes.getContactExport, { params: { jobId: started.id } }),
    ({ data }) => data.status !== 'processing',
  );

  expect(started).toMatchObject({ status: 'processing', file: null });
  expect(done).toMatchObject({ status: 'completed', progress: 100, file: { rows: 1501 } });
  const { bytes } = await download(done.file?.url);
  const imported = await importFile(api, {
    name: 'b.csv',
    content: new Uint8Array(bytes),
    skipDuplicates: false,
  });
  expect(imported.results).toMatchObject({ totalRows: 1501, duplicates: 1501, invalidContacts: 0, imported: 0 });
  expect(await all()).toEqual(before);
});

test('an export that could mean two things, or of a list that is not there, is refused', async () => {
  const { send, api } = await signUp();
  const contactIds = ['0198c5f6-6a0e-4f7e-9d0e-2f6c3a1b4c5d'];

  const refused = await Promise.all(
    [{ contactIds, filter: {} }, { format: 'pdf' }, { filter: { listId: contactIds[0] } }].map((body) =>
      send('POST', '/exports/contacts', body),
    ),
  );

  expect(refused.map(({ status }) => status)).toEqual([422, 422, 404]);
  expect((await api.call(exportRoutes.listContactExports, {})).data).toEqual([]);
});
