import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { previewImport } from '../../../shared/imports/preview-import.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anImporter } from '../../support/an-import.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

const wide = [...Array(5000).keys()].map((index) => `c${index}`);

/** Total, valid and imported rows, and the codes of the invalid ones. */
const cases: [string, string | Uint8Array, [number, number, number], string[]][] = [
  ['a phone that a spreadsheet made a power of ten', 'phone\n1.20256E+10\n', [1, 0, 0], ['PHONE_DAMAGED']],
  ['a phone in the formula that kept it text', 'phone\n"=""2025550101"""\n', [1, 1, 1], []],
  ['an apostrophe before a phone', "phone\n'2025550101\n'+12025550101\n", [2, 2, 1], []],
  ['an extension', 'phone\n(202) 555-0101 x5\n(202) 555-0101 ext. 12\n', [2, 2, 1], []],
  ['a plus, a double zero, eleven digits', 'phone\n+12025550101\n0012025550101\n12025550101\n', [3, 3, 1], []],
  ['letters', 'phone\n1-800-FLOWERS\n', [1, 0, 0], ['PHONE_HAS_LETTERS']],
  [
    'two numbers in a cell',
    'phone\n2025550101; 2025550102\n2025550101 / 2025550102\n',
    [2, 0, 0],
    ['PHONE_SEVERAL', 'PHONE_SEVERAL'],
  ],
  [
    'too few digits, and too many',
    'phone\n555-0101\n20255501011111111111\n',
    [2, 0, 0],
    ['PHONE_TOO_SHORT', 'PHONE_TOO_LONG'],
  ],
  ['formulas in cells', 'phone,notes\n2025550101,=cmd|x\n2025550102,+1\n2025550103,-1\n2025550104,@x\n', [4, 4, 4], []],
  ['single NUL bytes', 'phone,notes\n2025550101,a\0b\n\0 2025550102,\n2025550103,c\n', [3, 3, 3], []],
  ['rows that are shorter or longer than the header', 'phone,notes\n2025550101\n2025550102,a,b,c\n,\n', [2, 2, 2], []],
  ['the same header twice, and none', 'phone,,phone\n,x,2025550101\n2025550102,,\n', [2, 2, 2], []],
  ['a zip code that lost its zero', 'phone,zip\n2025550101,2101\n', [1, 1, 1], []],
  ['a quotation mark within a cell', 'phone,notes\n2025550101,5" wide\n2025550102,b\n', [2, 2, 2], []],
  ['a quotation mark alone at the end', 'phone,notes\n2025550101,a\n2025550102,"', [2, 1, 1], ['QUOTE_NOT_CLOSED']],
  ['5,000 columns', `phone,${wide.join(',')}\n2025550101,${wide.join(',')}\n`, [1, 1, 1], []],
  [
    'a cell of a megabyte',
    `phone,notes\n2025550101,${'x'.repeat(1024 * 1024)}\n2025550102,a\n`,
    [2, 1, 1],
    ['ROW_TOO_LONG'],
  ],
  ['a note that is too long', `phone,notes\n2025550101,${'x'.repeat(6000)}\n`, [1, 0, 0], ['INVALID_FIELD']],
  ['no line end after the last row', 'phone\n2025550101', [1, 1, 1], []],
  [
    'an address that is none',
    'phone,email\n2025550101,ada(at)example.com\n,ada@example.com\n',
    [2, 1, 1],
    ['EMAIL_INVALID'],
  ],
  [
    'tabs and UTF-16, as Excel’s Unicode text',
    Buffer.from('\uFEFFphone\tnotes\r\n2025550101\té\r\n', 'utf16le'),
    [1, 1, 1],
    [],
  ],
];

describe('a file with', () => {
  test.each(cases)('%s', async (_what, file, [totalRows, validContacts, imported], codes) => {
    const importer = anImporter(table);

    const job = await importer.imported(file);

    expect(job.results).toMatchObject({ totalRows, validContacts, imported, invalidContacts: codes.length });
    expect(job.validationErrors.map(({ code }) => code)).toEqual(codes);
  });
});

test('a file reads alike however it is cut', { timeout: 60_000 }, async () => {
  const cell = fc
    .array(
      fc.constantFrom(
        '2025550101',
        'é',
        '😀',
        ' ',
        '"',
        '""',
        ',',
        ';',
        '\n',
        '\r\n',
        '\r',
        'x@example.com',
        "'",
        '=',
        '\0',
      ),
      {
        maxLength: 5,
      },
    )
    .map((parts) => parts.join(''));
  const quoted = fc.oneof(
    cell,
    cell.map((text) => `"${text.replaceAll('"', '""')}"`),
  );
  const record = fc.array(quoted, { minLength: 1, maxLength: 4 }).map((cells) => cells.join(','));
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (records, rows) => {
        const file = `phone,email,notes\n2025550109,,\n${records.join('\n')}\n2025550108,,`;
        const read = async (limits: { rows: number; bytes?: number }) => {
          const importer = anImporter(table, limits);
          const jobId = await importer.planned(file, { autoStart: false });
          const { failure } = await importer.find(jobId);
          return failure ?? importer.readRows(jobId);
        };

        const whole = await read({ rows: 1000 });
        expect(await read({ rows })).toEqual(whole);
        expect(await read({ rows: 1000, bytes: rows * 10 })).toEqual(whole);
      },
    ),
    { numRuns: 30 },
  );
});

const offices = join(import.meta.dirname, '../../../../shared/data/district-offices.csv');

test.skipIf(!existsSync(offices))(
  'the district offices of Congress are counted before they are imported',
  {
    timeout: 60_000,
  },
  async () => {
    const importer = anImporter(table, { rows: 100 });
    const caller = aCaller(importer.organizationId);
    const jobId = await importer.planned(readFileSync(offices), { autoStart: false });
    await previewImport(importer.services, caller, jobId, {});
    await importer.drain();

    const { counts, columns } = await previewImport(importer.services, caller, jobId, {});

    expect(counts).toMatchObject({
      final: true,
      totalRows: 1312,
      validContacts: 1280,
      invalidContacts: 32,
      duplicates: 76,
      newContacts: 1204,
    });
    expect(columns.every(({ target, confidence }) => target !== null && confidence > 0)).toBe(true);
  },
);
