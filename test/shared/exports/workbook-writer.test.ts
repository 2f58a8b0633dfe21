import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workbookWriter } from '../../../shared/exports/workbook-writer.ts';
import { readSheets, readZip } from '../../support/read-sheets.ts';

/** Every sheet of a workbook that is written in some steps, each by a writer that knows only the last one's place. */
const written = (steps: readonly (readonly (readonly string[])[])[], rowsOfSheet?: number) => {
  let writer = workbookWriter(['one', 'two'], {}, rowsOfSheet);
  const pieces = [writer.begin()];
  for (const rows of steps) {
    writer = workbookWriter(['one', 'two'], JSON.parse(JSON.stringify(writer.place())), rowsOfSheet);
    pieces.push(writer.rows(rows));
  }
  return Buffer.concat([...pieces, writer.end()]);
};

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('<', '&', '>', '"', ' ', '\r', '\n', '\t', '=', ']') }),
);
const row = fc.tuple(text, text).map((cells) => cells.filter((cell, index) => index === 0 || cell !== ''));

test('a workbook holds what was written, however it was cut into steps', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 4 }), (steps) => {
      const [sheet = []] = readSheets(written(steps));
      const cells = (read: readonly string[]) => [read[0] ?? '', read[1] ?? ''];
      expect(sheet.map(cells)).toEqual([['one', 'two'], ...steps.flat().map(cells)]);
    }),
  );
});

test('what doesn’t fit into a sheet goes on in the next, each with its header', () => {
  const rows = Array.from({ length: 7 }, (_, index) => [`row ${index}`]);

  const sheets = readSheets(written([rows.slice(0, 2), rows.slice(2)], 4));

  expect(sheets).toEqual([
    [['one', 'two'], ...rows.slice(0, 3)],
    [['one', 'two'], ...rows.slice(3, 6)],
    [['one', 'two'], ...rows.slice(6)],
  ]);
});

test('the parts of a workbook name every sheet', () => {
  const files = readZip(written([[['a'], ['b'], ['c']]], 3));

  expect([...files.keys()].toSorted()).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/_rels/workbook.xml.rels',
    'xl/workbook.xml',
    'xl/worksheets/sheet1.xml',
    'xl/worksheets/sheet2.xml',
  ]);
  expect(files.get('xl/workbook.xml')?.toString()).toContain('<sheet name="Contacts 2" sheetId="2" r:id="rId2"/>');
});

test('what XML can’t hold is left out of a cell', () => {
  const [sheet] = readSheets(written([[['a\u0000b\u001fc\ud800d\uffffe']]]));

  expect(sheet?.[1]).toEqual(['abcde']);
});
