import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markedAsText, safeCsvLine, unmarked } from '../../../shared/platform/csv.ts';
import { readNames, writeNames } from '../../../shared/platform/names.ts';

/** Texts that are likely to mean something in a file. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '|', '\t', '\r', '\n', ' ', '1', 'a') }),
);

describe('a record of CSV', () => {
  test('is read back as it was, whatever stands in its cells', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 2 }), (cells) => {
        const [read = []]: string[][] = parse(safeCsvLine(cells), {
          relax_column_count: true,
          record_delimiter: '\r\n',
        });
        expect(read.map(unmarked)).toEqual(cells);
      }),
    );
  });

  test('holds no formula', () => {
    const isFormula = /^[=+\-@\t\r\n＝＋－＠]/;
    fc.assert(
      fc.property(text, (cell) => {
        const marked = markedAsText(cell);
        expect(isFormula.test(marked) && !/^[+-]?\d+(\.\d+)?$/.test(marked)).toBe(false);
      }),
    );
  });

  test('keeps phones and numbers as they are', () => {
    expect(safeCsvLine(['+12025550123', '-3.5', '+1-202', "'=1", '=1'])).toBe("+12025550123,-3.5,'+1-202,''=1,'=1\r\n");
  });
});

describe('names in one cell', () => {
  test('are read back as they were, whatever they hold', () => {
    const name = text.map((some) => some.trim()).filter((some) => some !== '');
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(readNames(writeNames(names))).toEqual(names);
      }),
    );
  });

  test.each([
    ['"VIP","Blog"', ['VIP', 'Blog']],
    ['VIP; Blog | New,', ['VIP', 'Blog', 'New']],
    ['"a, b" , c', ['a, b', 'c']],
    ['"open, and shut', ['open', 'and shut']],
    ['5" pipe', ['5 pipe']],
    ['', []],
  ])('are read as other products write them: %s', (cell, names) => {
    expect(readNames(cell)).toEqual(names);
  });
});
