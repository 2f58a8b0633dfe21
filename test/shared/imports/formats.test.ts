import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { workbookOf } from '../../../shared/platform/workbook.ts';
import { zipOf } from '../../../shared/platform/zip-writer.ts';
import { aWorkbook } from '../../support/a-workbook.ts';
import { anImporter } from '../../support/an-import.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const rows = [
  ['First Name', 'Phone', 'E-mail'],
  ['Ada', '(202) 555-0101', 'ada@example.com'],
  ['Bob', '555-CALL', ''],
  ['Eve', '=1+1', 'eve@example.com'],
];
const csv = rows.map((cells) => cells.join(',')).join('\r\n');
const jsonLines = rows
  .slice(1)
  .map(([name, phone, email]) => JSON.stringify({ 'First Name': name, Phone: phone, 'E-mail': email }))
  .join('\n');
const workbook = workbookOf('People', rows);

describe('a file is known by its bytes, whatever it is called', () => {
  test.each<[string, string | Uint8Array]>([
    ['CSV', csv],
    ['a workbook', workbook],
    ['JSON lines', jsonLines],
    ['gzip of CSV', gzipSync(csv)],
    ['gzip of a workbook', gzipSync(workbook)],
    ['gzip of JSON lines', gzipSync(`${jsonLines}\n`)],
    [
      'gzip in several members, as exports are put together',
      Buffer.concat([gzipSync(csv.slice(0, 40)), gzipSync(csv.slice(40))]),
    ],
    [
      'a zip archive of one CSV',
      zipOf([
        { name: '__MACOSX/._a.csv', content: 'x' },
        { name: 'a/a.csv', content: csv },
      ]),
    ],
  ])('%s', async (_what, file) => {
    const importer = anImporter(table, { rows: 2 });

    const job = await importer.imported(file, { validatePhones: false });

    expect(job).toMatchObject({
      status: 'completed',
      results: { totalRows: 3, validContacts: 2, invalidContacts: 1, imported: 2 },
      validationErrors: [{ row: 3, code: 'PHONE_HAS_LETTERS', data: { 'First Name': 'Bob', Phone: '555-CALL' } }],
    });
    expect((await importer.all()).map(({ firstName, phone }) => [firstName, phone]).toSorted()).toEqual([
      ['Ada', '+12025550101'],
      ['Eve', undefined],
    ]);
  });
});

describe('a workbook', () => {
  const cell = (place: string, type: string, value: string) => `<c r="${place}" t="${type}"><v>${value}</v></c>`;

  test('is read as people see it: shared and rich texts, phones that became numbers, dates, formulas, gaps', async () => {
    const importer = anImporter(table);
    const header = ['A', 'B', 'C', 'D', 'F'].map((column, index) => cell(`${column}1`, 's', String(index))).join('');
    const file = aWorkbook(
      `<row r="1">${header}</row><row r="4">${cell('A4', 's', '5')}<c r="B4"><v>2.0255501E9</v></c><c r="C4" s="1"><v>46053.5</v></c>${cell('D4', 's', '6')}<c r="E4"><v>1</v></c>${cell('F4', 'b', '1')}</row><row r="6"><c r="A6" t="inlineStr"><is><t>Bob</t></is></c><c r="B6" t="str"><f>A1</f><v>202-555-0102</v></c>${cell('C6', 'e', '#N/A')}</row>`,
      {
        texts: [
          '<t>Name</t>',
          '<t>Phone</t>',
          '<t>Consent date</t>',
          '<t>Consent source</t>',
          '<t>Opt out</t>',
          '<r><t>Ada </t></r><r><rPr><b/></rPr><t xml:space="preserve">Lovelace &amp; Co</t></r><rPh><t>x</t></rPh>',
          '<t>web form</t>',
        ],
      },
    );

    const jobId = await importer.planned(file, { autoStart: false });
    const people = await importer.readRows(jobId);

    expect(people).toEqual([
      {
        row: 4,
        phone: '+12025550100',
        fields: { firstName: 'Ada Lovelace &', lastName: 'Co' },
        optedOut: true,
        consent: { source: 'web form', at: '2026-01-31T12:00:00.000Z' },
      },
      { row: 6, phone: '+12025550102', fields: { firstName: 'Bob' } },
    ]);
  });

  test.each<[string, Uint8Array, string]>([
    ['cut off', workbookOf('People', rows).subarray(0, 900), 'SPREADSHEET'],
    ['damaged within', aWorkbook('<row r="1"><c r="A1"><v>1</v></row>'), 'SPREADSHEET'],
    ['without order', aWorkbook('<row r="3"></row><row r="2"></row>'), 'SPREADSHEET'],
    [
      'an archive of several files',
      zipOf([
        { name: 'a.csv', content: csv },
        { name: 'b.csv', content: csv },
      ]),
      'COMPRESSED',
    ],
    ['a damaged gzip', gzipSync(csv).subarray(0, 50), 'COMPRESSED'],
    ['packed once too often', gzipSync(gzipSync(gzipSync(gzipSync(csv)))), 'COMPRESSED'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'SPREADSHEET'],
    ['a web page that is called one', Buffer.from('<html><table><tr><td>phone</td></tr></table>'), 'NOT_CSV'],
  ])('that is %s fails with the reason', async (_what, file, code) => {
    const importer = anImporter(table);

    expect(await importer.imported(file)).toMatchObject({ status: 'failed', failure: { code } });
  });

  test('that unpacks to more than is read fails when that is passed', {
    timeout: 60_000,
  }, async () => {
    const importer = anImporter(table);
    const line = Buffer.alloc(1024 * 1024, 'phone,name\n');
    const member = gzipSync(line);
    const bomb = Buffer.concat(Array.from({ length: 1100 }, () => member));

    expect(await importer.imported(bomb)).toMatchObject({ status: 'failed', failure: { code: 'TOO_LARGE' } });
  });
});

describe('JSON lines', () => {
  test('may stand in an array, one object a line', async () => {
    const importer = anImporter(table);

    const job = await importer.imported(`[\n${jsonLines.replaceAll('\n', ',\n')}\n]\n`, { validatePhones: false });

    expect(job).toMatchObject({ results: { totalRows: 3, imported: 2 }, validationErrors: [{ row: 4 }] });
  });

  test('keep the rows that cannot be read, and flatten what is nested', async () => {
    const importer = anImporter(table);
    const file =
      '{"phone":"2025550101","name":{"first":"Ada"},"tags":["a","b"]}\nnot json\n\n{"phone":2025550102,"tags":[]}\n';

    const job = await importer.imported(file);

    expect(job).toMatchObject({
      results: { totalRows: 3, imported: 2, invalidContacts: 1 },
      validationErrors: [{ row: 3, data: { 'Unreadable line': 'not json' } }],
    });
    expect((await importer.all()).map(({ tags }) => tags).toSorted()).toEqual([['a', 'b'], undefined]);
  });
});

describe('an export of Amazon Pinpoint', () => {
  const endpoints = [
    ['SMS', '+12025550101', 'NONE', 'ACTIVE', 'u1', 'Ana', 'Music', 'Books'],
    ['EMAIL', 'ana@example.com', 'ALL', 'ACTIVE', 'u1', 'Ana', '', ''],
    ['GCM', 'device-token', 'NONE', 'ACTIVE', 'u1', 'Ana', '', ''],
    ['VOICE', '+12025550102', 'ALL', 'ACTIVE', 'u1', 'Ana', '', ''],
    ['SMS', '+12025550103', 'NONE', 'INACTIVE', 'u2', 'Old', '', ''],
    ['EMAIL', 'bob@example.com', 'NONE', 'ACTIVE', 'u3', 'Bob', '', ''],
  ];
  const nested = endpoints.map(([ChannelType, Address, OptOut, EndpointStatus, UserId, FirstName, ...interests]) => ({
    ChannelType,
    Address,
    OptOut,
    EndpointStatus,
    Location: { PostalCode: '98101', Country: 'USA' },
    Demographic: { Timezone: 'America/Los_Angeles' },
    Attributes: { Interests: interests.filter((interest) => interest !== '') },
    Metrics: { visits: 3 },
    User: { UserId, UserAttributes: { FirstName: [FirstName] } },
  }));
  const flat = [
    'ChannelType,Address,OptOut,EndpointStatus,User.UserId,User.UserAttributes.FirstName,Attributes.Interests,Attributes.Interests,Location.PostalCode,Location.Country,Demographic.Timezone,Metrics.visits',
    ...endpoints.map((cells) => `${cells.join(',')},98101,USA,America/Los_Angeles,3`),
  ].join('\n');

  test.each<[string, string | Uint8Array]>([
    ['as JSON lines', nested.map((endpoint) => JSON.stringify(endpoint)).join('\n')],
    ['as JSON lines, compressed', gzipSync(nested.map((endpoint) => JSON.stringify(endpoint)).join('\n'))],
    ['as CSV with repeated headers', flat],
  ])('%s: one contact a user, phones of SMS and voice alone, the inactive refused', async (_what, file) => {
    const importer = anImporter(table);

    const jobId = await importer.planned(file, { autoStart: false });
    const people = await importer.readRows(jobId);

    const place = { zip: '98101', country: 'US', timeZone: 'America/Los_Angeles' };
    expect(people).toEqual([
      {
        row: 2,
        phone: '+12025550101',
        email: 'ana@example.com',
        fields: { firstName: 'Ana', ...place, customFields: { Interests: 'Music, Books', visits: '3' } },
      },
      { row: 4, code: 'PHONE_MISSING' },
      {
        row: 5,
        phone: '+12025550102',
        optedOut: true,
        fields: { firstName: 'Ana', ...place, customFields: { visits: '3' } },
      },
      { row: 6, code: 'ENDPOINT_INACTIVE' },
      {
        row: 7,
        email: 'bob@example.com',
        fields: { firstName: 'Bob', ...place, customFields: { visits: '3' } },
      },
    ]);
  });
});
