import { parse } from 'csv-parse/sync';

/**
 * The records of a text that begins and ends between two of them, each with the cells that it has: exporters leave
 * cells away, write stray quotation marks and mix line ends, and a row is judged by what can be read of it.
 */
export const readRecords = (text: string, delimiter: string): string[][] =>
  parse(text, {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: false,
  });
