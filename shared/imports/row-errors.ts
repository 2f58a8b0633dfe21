import { mapConcurrently } from '../platform/concurrent.ts';
import { safeCsvLine, unmarked } from '../platform/csv.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { chunksOf } from '../platform/table/retry.ts';
import { reasonHeadings } from './column-names.ts';
import { mostShownErrors, type RowError } from './import-job.ts';
import { chunkErrorsKey, errorsKey } from './jobs.ts';
import type { ReadRecord } from './read-chunk.ts';

/** A faulty row's cells are shown up to here. */
const longestCell = 200;
const mostCells = 30;

/** The row's own cells by their header; of what is long or wide, the beginning. */
export const dataOf = (headers: readonly string[], cells: readonly string[]): Record<string, string> => {
  const data: Record<string, string> = {};
  for (const [index, cell] of cells.slice(0, mostCells).entries()) {
    const header = headers[index] || `column ${index + 1}`;
    if (cell !== '') data[header in data ? `${header} (${index + 1})` : header] = cell.slice(0, longestCell);
  }
  return data;
};

/** An item ends at 400 KB, and holds errors and warnings. */
const mostShownBytes = 150 * 1024;

/** What a chunk keeps in the table for the job's page, one entry a fault; the file has all errors. */
export const shownOf = (headers: readonly string[], records: readonly ReadRecord[]): RowError[] => {
  let bytes = 0;
  return records
    .flatMap(({ row, cells, faults }) => faults.map((fault) => ({ row, data: dataOf(headers, cells), ...fault })))
    .slice(0, mostShownErrors)
    .filter((error) => {
      bytes += Buffer.byteLength(JSON.stringify(error));
      return bytes <= mostShownBytes;
    });
};

export const csvType = 'text/csv; charset=utf-8';

/**
 * A chunk's refused rows as lines of CSV, without a heading: the reasons first, so that rows of any width keep theirs,
 * then the row's own cells, to be corrected and uploaded again.
 */
export const errorLines = (records: readonly ReadRecord[]): string =>
  records
    .map(({ row, cells, faults: [fault] }) => [String(row), fault?.code, fault?.field, fault?.error, ...cells])
    .map(lineOf)
    .join('');

/** No cell is a formula, and one that was marked as text is marked once. */
const lineOf = (cells: readonly (string | undefined)[]) => safeCsvLine(cells.map((text = '') => unmarked(text)));

/** Chunks' files that are read at once. */
const readAtOnce = 16;

/** By this mark a spreadsheet knows UTF-8. */
const byteOrderMark = '\uFEFF';

/**
 * Joins what the chunks wrote into the one file that people download, under the headings of the file itself. Repeated,
 * it writes the same; however many rows failed, it holds a part of the file at a time.
 */
export const joinErrors = async (
  uploads: Objects,
  organizationId: OrganizationId,
  jobId: string,
  headers: readonly string[],
  chunkIndexes: readonly number[],
): Promise<void> => {
  const parts = async function* () {
    yield Buffer.from(`${byteOrderMark}${lineOf([...reasonHeadings, ...headers])}`);
    for (const some of chunksOf(chunkIndexes, readAtOnce)) {
      const read = (index: number) => uploads.text(chunkErrorsKey(organizationId, jobId, index));
      for (const text of await mapConcurrently(some, readAtOnce, read)) yield Buffer.from(text ?? '');
    }
  };
  await uploads.putStream(errorsKey(organizationId, jobId), parts(), csvType);
};
