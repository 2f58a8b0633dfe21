import { expect, test } from 'vitest';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { importRoutes } from '../../../shared/imports/routes.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { finishedImport, importFile, uploadFile } from '../../support/import-file.ts';
import { signUp } from '../../support/sign-up.ts';

const csv =
  'first_name,phone,email\nAda,(202) 555-0101,ada@example.com\nBob,202-555-0102,\nEve,555-CALL,\nAda,2025550101,\n';

test('a file is announced, uploaded, imported into a new list and reported row by row', async () => {
  const { api } = await signUp();

  const job = await importFile(api, { name: 'contacts.csv', content: csv, listName: 'New leads' });

  expect(job).toMatchObject({
    filename: 'contacts.csv',
    status: 'completed',
    progress: 100,
    results: { totalRows: 4, validContacts: 3, invalidContacts: 1, duplicates: 1, imported: 2, skipped: 2 },
    validationErrors: [
      { row: 4, field: 'phone', code: 'PHONE_HAS_LETTERS', data: { first_name: 'Eve', phone: '555-CALL' } },
    ],
    failure: null,
  });
  const { data: lists } = await api.call(contactListRoutes.listContactLists, {});
  expect(lists).toMatchObject([{ id: job.listId, name: 'New leads', contactCount: 2 }]);
  const errors = await fetch(job.errorsUrl ?? '');
  expect(await errors.text()).toContain('4,PHONE_HAS_LETTERS,phone,');
  const { data: jobs } = await api.call(importRoutes.listImports, {});
  expect(jobs).toMatchObject([{ id: job.id, status: 'completed' }]);
});

test('the same file again imports nothing, and joins its contacts to the list that is named', async () => {
  const { api } = await signUp();
  const first = await importFile(api, { name: 'a.csv', content: csv });

  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Later' } });
  const again = await importFile(api, { name: 'a.csv', content: csv, listId: list.id });

  expect(first.results).toMatchObject({ imported: 2, duplicates: 1 });
  expect(again.results).toMatchObject({ validContacts: 3, imported: 0, duplicates: 3 });
  const { data } = await api.call(contactListRoutes.getContactList, { params: { listId: list.id } });
  expect(data.contactCount).toBe(2);
});

test.each([
  ['a PDF', '%PDF-1.7\n1 0 obj', 'NOT_CSV'],
  ['a workbook', 'PK\u0003\u0004 and so on', 'SPREADSHEET'],
  ['no column of phones or addresses', 'name,city\nAda,Rome\n', 'NO_CONTACT_COLUMN'],
  ['a header alone', 'name,phone\n', 'NO_ROWS'],
])('a file that is %s fails with the reason, and nothing is imported', async (_what, content, code) => {
  const { api } = await signUp();

  const job = await importFile(api, { name: 'contacts.csv', content });

  expect(job).toMatchObject({ status: 'failed', failure: { code }, results: { totalRows: 0, imported: 0 } });
});

test('an announcement that cannot be kept is refused and names its field', async () => {
  const { send } = await signUp();
  const announce = (body: Record<string, unknown>) => send('POST', '/uploads/contacts', { filename: 'a.csv', ...body });

  const refused = await Promise.all([
    announce({ fileSize: 3 * 1024 ** 3 }),
    announce({ fileSize: 0 }),
    announce({ fileSize: 10, listId: systemIds.random() }),
    announce({ fileSize: 10, listId: systemIds.random(), listName: 'x' }),
    announce({ fileSize: 10, columns: {} }),
  ]);

  expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
  expect(refused.map(({ body }) => body)).toMatchObject(
    ['fileSize', 'fileSize', 'listId', 'listName', 'columns'].map((field) => ({ error: { details: { field } } })),
  );
});

test('the upload takes exactly what was announced', async () => {
  const { api } = await signUp();

  const longer = await uploadFile(api, { name: 'a.csv', content: csv, announcedSize: csv.length - 1 });

  expect(longer.response.status).toBe(403);
});

test('a second upload does not change an import, and the name of a list is used once', async () => {
  const { api, send } = await signUp();
  const { upload, jobId } = await uploadFile(api, { name: 'a.csv', content: csv, listName: 'Twice' });
  await finishedImport(api, jobId);

  const taken = await send('POST', '/uploads/contacts', { filename: 'a.csv', fileSize: 5, listName: 'Twice' });
  const other = csv.replace('0102', '0103');
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: other });
  const { results } = await finishedImport(api, jobId);

  expect(taken).toMatchObject({ status: 409, body: { error: { code: 'DUPLICATE', details: { field: 'listName' } } } });
  expect(results.imported).toBe(2);
});

test('imports of another organization do not exist', async () => {
  const [ours, theirs] = await Promise.all([signUp(), signUp()]);
  const { jobId } = await uploadFile(ours.api, { name: 'a.csv', content: csv });

  const found = await theirs.send('GET', `/uploads/contacts/${jobId}`);

  expect(found).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
});

test('the template is a file with the columns that an import understands', async () => {
  const { api } = await signUp();

  const template = await api.call(importRoutes.getImportTemplate, { query: { format: 'csv' } });

  expect(template.trim()).toBe('first_name,last_name,phone,email,company,title,address,city,state,zip');
});
