import { describe, expect, test } from 'vitest';
import { importStore } from '../../../shared/imports/import-store.ts';
import { planImport } from '../../../shared/imports/plan-import.ts';
import { anImporter } from '../../support/an-import.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const utf16 = (text: string, { bigEndian = false } = {}) => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

const both = [
  ['+12025550101', 'José', 'O’Brien, Jr.'],
  ['+12025550102', 'Zoë', 'Smith'],
];

const commas = 'Phone,First Name,Last Name\n2025550101,José,"O’Brien, Jr."\n2025550102,Zoë,Smith\n';
const tabs = commas.replaceAll('"', '').replace('O’Brien, Jr.', 'O’Brien# Jr.').replaceAll(',', '\t').replace('#', ',');

describe('a file is read whatever wrote it', () => {
  test.each<[string, string | Uint8Array]>([
    ['UTF-8', commas],
    ['UTF-8 with a byte order mark', `\uFEFF${commas}`],
    ['windows-1252', Buffer.from(commas.replaceAll('’', '\u0092'), 'latin1')],
    ['UTF-16 little endian, by tabs', utf16(tabs)],
    ['UTF-16 big endian, by tabs', utf16(tabs, { bigEndian: true })],
    ['CRLF', commas.replaceAll('\n', '\r\n')],
    ['CR alone', commas.replaceAll('\n', '\r')],
    ['line ends of every kind', commas.replace('\n', '\r\n').replace('\n2025550102', '\r2025550102')],
    ['no line end at the end', commas.trimEnd()],
    ['semicolons', tabs.replaceAll('\t', ';')],
    ['semicolons, as a first line says', `sep=;\r\n${tabs.replaceAll('\t', ';')}`],
    ['bars', tabs.replaceAll('\t', '|')],
    [
      'headers with white space and other cases',
      commas.replace('Phone,First Name,Last Name', ' PHONE\u00a0,first_name , LASTNAME'),
    ],
    ['empty lines and empty rows', commas.replaceAll('\n', '\n\n,,\n')],
    ['an empty line before the header', `\n${commas}`],
    ['rows of different lengths', commas.replace('José', 'José').replace('Zoë,Smith', 'Zoë,Smith,more,and more')],
    [
      'columns without a name, or with one that is there twice',
      commas.replace('Phone,', 'Phone,,Phone,').replaceAll('\n2025', '\n,,2025'),
    ],
    [
      'numbers that a spreadsheet was to leave alone',
      commas.replace('2025550101', '"=""2025550101"""').replace('2025550102', "'2025550102"),
    ],
  ])('%s', async (_writer, file) => {
    const importer = anImporter(table);

    const job = await importer.imported(file);

    expect(job).toMatchObject({ status: 'completed', results: { totalRows: 2, imported: 2, invalidContacts: 0 } });
    const contacts = await importer.all();
    expect(contacts.map(({ phone, firstName, lastName }) => [phone, firstName, lastName]).toSorted()).toEqual(both);
  });

  test('quoted line ends, doubled quotation marks and stray ones stay in their cells', async () => {
    const importer = anImporter(table);

    await importer.imported('phone,company,notes\n2025550101,"A ""B""\nC",5" pipe\n2025550102,x,"ends" oddly\n');

    expect((await importer.all()).map(({ company, notes }) => [company, notes]).toSorted()).toEqual([
      ['A "B"\nC', '5" pipe'],
      ['x', '"ends" oddly'],
    ]);
  });

  test('characters and quotations across the pieces in which a file arrives', async () => {
    const importer = anImporter(table, { rows: 3 });
    const lines = Array.from({ length: 100 }, (_, line) => `20255501${String(line).padStart(2, '0')},"é😀\n,${line}"`);

    const job = await importer.imported(`phone,notes\n${lines.join('\n')}`);

    expect(job.results).toMatchObject({ totalRows: 100, imported: 100 });
    expect((await importer.all()).every(({ notes }) => notes?.startsWith('é😀\n,'))).toBe(true);
  });

  test('the names of columns that CRMs export', async () => {
    const importer = anImporter(table);

    await importer.imported(
      'Record ID,Person - Name,Mobile Phone Number,Phone Number,E-mail 1 - Value,State/Region,Postal Code,Country/Region\n7,Ana María Ruiz,,2025550101,ana@example.com,TX,78701,United States\n',
    );

    expect(await importer.all()).toMatchObject([
      { firstName: 'Ana María', lastName: 'Ruiz', phone: '+12025550101', state: 'TX', zip: '78701', country: 'US' },
    ]);
  });
});

describe('a file that cannot be imported fails with the reason', () => {
  test.each<[string, string | Uint8Array]>([
    ['NOT_CSV', '%PDF-1.7 something'],
    ['NOT_CSV', Buffer.from([0x50, 0x00, 0x01, 0x02, 0x00])],
    ['NOT_CSV', '<html><table><tr><td>phone</td></tr></table></html>'],
    ['EMPTY_FILE', ' \n\n'],
    ['NO_CONTACT_COLUMN', 'name,city\nAda,Rome\n'],
    ['NO_ROWS', 'phone,name\n\n,\n'],
    ['UNCLOSED_QUOTE', 'phone,name\n2025550101,"Ada\n2025550102,Bob\n'],
    ['UNCLOSED_QUOTE', '"phone,name\n2025550101,Ada\n'],
    ['HEADER_TOO_LONG', `phone,${'x'.repeat(300_000)}\n2025550101,1\n`],
  ])('%s', async (code, file) => {
    const importer = anImporter(table);

    const job = await importer.imported(file);

    expect(job).toMatchObject({ status: 'failed', failure: { code }, results: { imported: 0 } });
    expect(await importer.all()).toEqual([]);
  });

  test('SIZE_MISMATCH', async () => {
    const importer = anImporter(table);
    const jobId = await importer.announce(10);
    await importer.upload(jobId, 'phone\n2025550101\n');

    await planImport(importer.services, importer.organizationId, jobId);

    expect(await importer.find(jobId)).toMatchObject({ status: 'failed', failure: { code: 'SIZE_MISMATCH' } });
  });
});

describe('a row that cannot be read is an error of its own', () => {
  test('when it is too long, or its quotation is not closed', async () => {
    const importer = anImporter(table, { recordBytes: 1000 });
    const file = `phone,notes\n2025550101,${'x'.repeat(2000)}\n2025550102,short\n2025550103,"open`;

    const job = await importer.imported(file);

    expect(job.results).toMatchObject({ totalRows: 3, imported: 1, invalidContacts: 2 });
    expect(job.validationErrors).toMatchObject([
      { row: 2, code: 'ROW_TOO_LONG' },
      { row: 4, code: 'QUOTE_NOT_CLOSED' },
    ]);
  });
});

describe('an upload', () => {
  test('is planned once, however often its event comes', async () => {
    const importer = anImporter(table, { rows: 1 });
    const jobId = await importer.planned('phone\n2025550101\n2025550102\n');

    await planImport(importer.services, importer.organizationId, jobId);
    await importer.drain();
    await planImport(importer.services, importer.organizationId, jobId);
    await importer.drain();

    expect(await importer.find(jobId)).toMatchObject({ results: { totalRows: 2, imported: 2 } });
  });

  test('that comes second is deleted, and a file replaced under its workers fails its job', async () => {
    const importer = anImporter(table);
    const jobId = await importer.planned('phone\n2025550101\n');
    await importer.upload(jobId, 'phone\n2025550999\n');

    await planImport(importer.services, importer.organizationId, jobId);
    await importer.drain();

    expect(await importer.find(jobId)).toMatchObject({ status: 'failed', failure: { code: 'UPLOAD_REPLACED' } });
    expect(await importer.all()).toEqual([]);
  });

  test('of no job is deleted', async () => {
    const importer = anImporter(table);
    const jobId = '01a00000-0000-7000-8000-000000000000';
    await importer.upload(jobId, 'phone\n2025550101\n');

    await planImport(importer.services, importer.organizationId, jobId);

    expect(await importer.uploads.facts(`uploads/${importer.organizationId}/${jobId}`)).toBeUndefined();
    expect(await importStore(table, importer.organizationId).get(jobId)).toBeUndefined();
  });
});
