import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { workbookType } from '../../../shared/platform/workbook.ts';
import { finishedImport } from '../../support/import-file.ts';
import { signUp } from '../../support/sign-up.ts';

const csv = 'first_name,phone\nAda,(202) 555-0101\nBob,555-CALL\n';

const Started = z.object({ data: z.object({ jobId: z.string(), fileSize: z.number(), upload: z.null() }) });

/** Sends a form as browsers and scripts do. */
const postForm = async (token: string, form: FormData, headers: Record<string, string> = {}) => {
  const response = await fetch(`${inject('stack').apiUrl}/uploads/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: form,
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
};

const formOf = (
  fields: Record<string, string>,
  content: string | Uint8Array<ArrayBuffer> | null = csv,
  name = 'contacts.csv',
) => {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  if (content !== null) form.set('file', new Blob([content], { type: 'text/csv' }), name);
  return form;
};

test('a form brings its file along, with the options of the import', async () => {
  const { api, session } = await signUp();

  const { status, body } = await postForm(
    session.access_token,
    formOf({ listName: 'From a form', skipDuplicates: 'true', validatePhones: 'true', tags: 'form, spring' }),
  );
  const { data } = Started.parse(body);
  const job = await finishedImport(api, data.jobId);

  expect([status, data.fileSize]).toEqual([201, csv.length]);
  expect(job).toMatchObject({
    filename: 'contacts.csv',
    status: 'completed',
    results: { totalRows: 2, imported: 1, invalidContacts: 1 },
  });
  const { data: contacts } = await api.call(contactRoutes.listContacts, {});
  expect(contacts).toMatchObject([{ firstName: 'Ada', tags: ['form', 'spring'] }]);
  const { data: lists } = await api.call(contactListRoutes.listContactLists, {});
  expect(lists).toMatchObject([{ name: 'From a form', contactCount: 1 }]);
});

test('a form sent again under its key answers the same job, and imports once', async () => {
  const { session } = await signUp();
  const boundary = 'X-BOUNDARY';
  const text = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n${csv}\r\n--${boundary}--\r\n`;
  const post = async () => {
    const response = await fetch(`${inject('stack').apiUrl}/uploads/contacts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${session.access_token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'idempotency-key': 'the same',
      },
      body: text,
    });
    return Started.parse(await response.json()).data.jobId;
  };

  expect(await post()).toBe(await post());
});

test('a form that is too large, has no file or says what it may not is refused and names its field', async () => {
  const { session, send } = await signUp();
  const post = (form: FormData, headers = {}) => postForm(session.access_token, form, headers);

  const refused = await Promise.all([
    post(formOf({}, 'x'.repeat(4 * 1024 ** 2 + 1))),
    post(formOf({ listName: 'x' }, null)),
    post(formOf({}, '')),
    post(formOf({ skipDuplicates: 'perhaps' })),
    post(formOf({ columns: 'x' })),
    post(formOf({}), { 'content-type': 'multipart/form-data; boundary=another' }),
  ]);

  expect(refused.map(({ status }) => status)).toEqual([413, 422, 422, 422, 422, 422]);
  expect(refused.map(({ body }) => body)).toMatchObject([
    { error: { code: 'PAYLOAD_TOO_LARGE', details: { field: 'file', mostBytes: 4 * 1024 ** 2 } } },
    ...['file', 'file', 'skipDuplicates', 'columns', 'body'].map((field) => ({ error: { details: { field } } })),
  ]);
  expect((await send('GET', '/uploads/contacts')).body).toMatchObject({ data: [] });
});

test('the template is there as a workbook, which imports as it is filled', async () => {
  const { session } = await signUp();

  const response = await fetch(`${inject('stack').apiUrl}/uploads/template?format=xlsx`, {
    headers: { authorization: `Bearer ${session.access_token}` },
  });

  expect(response.headers.get('content-type')).toBe(workbookType);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const { body } = await postForm(session.access_token, formOf({ autoStart: 'false' }, bytes, 'contacts.csv'));
  expect(Started.parse(body).data.fileSize).toBe(bytes.length);
});
