import type { ExportFormat } from '../contact-jobs/contact-job.ts';
import { Contact } from '../contacts/contact.ts';
import { safeCsvLine } from '../platform/csv.ts';
import { headerOf, type OwnColumns, rowMaker } from './contact-row.ts';
import { workbookWriter } from './workbook-writer.ts';

/** Writes a file piece by piece; the pieces of all steps, one after the other, are the file. */
export interface FileWriter {
  begin(): Uint8Array;
  /** Contacts as the API shows them, a line of JSON each. */
  rows(lines: readonly string[]): Uint8Array;
  /** @throws AppError for what the format can't hold */
  end(): Uint8Array;
  /** What the writer of the next step has to know of this one. */
  place(): Record<string, unknown>;
}

export const mediaTypes: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jsonl: 'application/jsonl',
};

const contactOf = (line: string): Contact => Contact.parse(JSON.parse(line));

/** The byte order mark by which spreadsheets know UTF-8. */
const mark = '\ufeff';

const csvWriter = (columns: OwnColumns): FileWriter => {
  const rowOf = rowMaker(columns);
  return {
    begin: () => Buffer.from(mark + safeCsvLine(headerOf(columns))),
    rows: (lines) => Buffer.from(lines.map((line) => safeCsvLine(rowOf(contactOf(line)))).join('')),
    end: () => Buffer.alloc(0),
    place: () => ({}),
  };
};

const linesWriter: FileWriter = {
  begin: () => Buffer.alloc(0),
  rows: (lines) => Buffer.from(lines.map((line) => `${line}\n`).join('')),
  end: () => Buffer.alloc(0),
  place: () => ({}),
};

/** Goes on where the writer of the step before was; `place` is empty at the beginning. */
export const fileWriter = (format: ExportFormat, columns: OwnColumns, place: Record<string, unknown>): FileWriter => {
  if (format === 'csv') return csvWriter(columns);
  if (format === 'jsonl') return linesWriter;
  const rowOf = rowMaker(columns);
  const sheet = workbookWriter(headerOf(columns), place);
  return { ...sheet, rows: (lines) => sheet.rows(lines.map((line) => rowOf(contactOf(line)))) };
};
