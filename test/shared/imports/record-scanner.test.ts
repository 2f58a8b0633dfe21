import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecords } from '../../../shared/imports/read-records.ts';
import { isBlankRecord, RecordScanner, type ScannedRecord } from '../../../shared/imports/record-scanner.ts';

const scan = (pieces: readonly Uint8Array[], delimiter = ',') => {
  const records: ScannedRecord[] = [];
  const scanner = new RecordScanner(delimiter, 0, (record) => records.push(record));
  for (const piece of pieces) scanner.push(piece);
  scanner.finish();
  return records;
};

const scanText = (text: string, delimiter = ',') =>
  scan([Buffer.from(text)], delimiter).map(({ start, end }) => text.slice(start, end));

/** Text of nothing but what makes reading hard. */
const nasty = fc
  .array(fc.constantFrom('a', '1', ' ', '\t', ',', ';', '"', '""', '","', '"\n', '\n', '\r', '\r\n', '\0', 'é', '😀'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

describe('the record scanner', () => {
  test.each([
    ['LF, CRLF and CR end records, mixed as they come', 'a\nb\r\nc\rd', ['a\n', 'b\r\n', 'c\r', 'd']],
    ['a quoted line end belongs to its cell', 'a,"b\nc"\nd', ['a,"b\nc"\n', 'd']],
    ['a doubled quotation mark does not close', '"a""\nb"\nc', ['"a""\nb"\n', 'c']],
    ['a quotation mark inside an unquoted cell is text', 'a"b\nc"\n', ['a"b\n', 'c"\n']],
    ['text after a closed quotation makes the cell unquoted', '"a"b\n"c', ['"a"b\n', '"c']],
    ['a text without a last line end has a last record', 'a\nb', ['a\n', 'b']],
    ['an empty text has none', '', []],
  ])('%s', (_rule, text, records) => {
    expect(scanText(text)).toEqual(records);
  });

  test('a text cut at any of its records and read in parts gives the records of the whole', () => {
    fc.assert(
      fc.property(nasty, fc.constantFrom(',', ';', '\t', '|'), (text, delimiter) => {
        const bytes = Buffer.from(text);
        const records = scan([bytes], delimiter);
        fc.pre(!records.at(-1)?.unclosed);

        const parts = records.map(({ start, end }) => readRecords(bytes.toString('utf8', start, end), delimiter));

        expect(parts.flat()).toEqual(readRecords(text, delimiter));
        expect(parts.every((part) => part.length === 1)).toBe(true);
        expect(parts.map(([cells]) => isBlankRecord(cells ?? [], delimiter))).toEqual(
          records.map(({ blank }) => blank),
        );
      }),
      { numRuns: 3000 },
    );
  });

  test('how a text arrives in pieces changes nothing', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 5 }), (text, size) => {
        const bytes = Buffer.from(text);
        const pieces = [];
        for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.subarray(start, start + size));

        expect(scan(pieces)).toEqual(scan([bytes]));
      }),
    );
  });

  test('a quotation that the text leaves open is told, and whether it swallowed lines', () => {
    expect(scan([Buffer.from('a,"b')]).at(-1)?.unclosed).toBe('on one line');
    expect(scan([Buffer.from('a,"b\nc,d\n')]).at(-1)?.unclosed).toBe('over lines');
  });
});
