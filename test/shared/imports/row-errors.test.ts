import { expect, test } from 'vitest';
import { errorsKey } from '../../../shared/imports/jobs.ts';
import { anImporter } from '../../support/an-import.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const errorsOf = async (importer: ReturnType<typeof anImporter>, jobId: string) =>
  (await importer.uploads.text(errorsKey(importer.organizationId, jobId))) ?? '';

test('the file of faulty rows has their own columns, is harmless, and is imported when it is corrected', async () => {
  const importer = anImporter(table, { rows: 2 });
  const file =
    'Name;Cell;Note\nAda;2025550101;fine\nBob;555-CALL;=HYPERLINK("x")\nEve;+1 (202) 555-010;"a;b\nc";and more\nJoe;1;-1\n';
  const first = await importer.imported(file);

  const errors = await errorsOf(importer, first.id);
  const again = await importer.imported(
    errors.replace('555-CALL', '2025550102').replace("'+1 (202) 555-010", '2025550103'),
  );

  expect(errors).toBe(
    `\uFEFFimport_row,import_code,import_field,import_error,Name,Cell,Note\r
3,PHONE_HAS_LETTERS,phone,Invalid phone number format: it contains letters,Bob,555-CALL,"'=HYPERLINK(""x"")"\r
4,PHONE_TOO_SHORT,phone,Invalid phone number format: it has too few digits,Eve,'+1 (202) 555-010,"a;b
c",and more\r
5,PHONE_TOO_SHORT,phone,Invalid phone number format: it has too few digits,Joe,1,-1\r
`,
  );
  expect(again.results).toMatchObject({ totalRows: 3, imported: 2, invalidContacts: 1 });
  const contacts = await importer.all();
  expect(contacts.find(({ firstName }) => firstName === 'Bob')).toMatchObject({ notes: '=HYPERLINK("x")' });
  expect(contacts.find(({ firstName }) => firstName === 'Eve')).toMatchObject({ notes: 'a;b\nc' });
  // However often a file goes round, its cells stay what they were.
  expect((await errorsOf(importer, again.id)).split('\r\n')[1]).toMatch(/,Joe,1,-1$/);
});

test('headers of any number and length are in it whole', async () => {
  const importer = anImporter(table);
  const headers = ['phone', ...Array.from({ length: 400 }, (_, index) => `Column ${index} ${'x'.repeat(150)}`)];

  const job = await importer.imported(`${headers.join(',')}\nnone${',1'.repeat(400)}\n`);

  expect((await errorsOf(importer, job.id)).split('\r\n')[0]).toContain(headers.join(','));
});
