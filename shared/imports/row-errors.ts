import { mapConcurrently } from '../platform/concurrent.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { chunksOf } from '../platform/table/retry.ts';
import { mostShownErrors, type RowError } from './import-job.ts';
import { chunkErrorsKey, errorsKey } from './jobs.ts';

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

/** What a chunk keeps in the table for the job's page; the file has all. */
export const shownOf = (errors: readonly RowError[]): RowError[] => {
  let bytes = 0;
  return errors.slice(0, mostShownErrors).filter((error) => {
    bytes += Buffer.byteLength(JSON.stringify(error));
    return bytes <= mostShownBytes;
  });
};

const heading = ['row', 'code', 'field', 'error', 'data'];

/** The errors of a chunk as lines of CSV, without a heading. */
export const errorLines = (errors: readonly RowError[]): string =>
  errors
    .map(({ row, code, field, error, data }) => [String(row), code, field, error, JSON.stringify(data)])
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');

/** A cell that begins like a formula would be one, in whatever opens the file: it is marked as text. */
const cell = (text: string) => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** Errors beyond this stay in the chunks' own files: one function joins them in its memory. */
const mostJoinedBytes = 16 * 1024 * 1024;

/** Joins what the chunks wrote into the one file that people download. Repeated, it writes the same. */
export const joinErrors = async (
  uploads: Objects,
  organizationId: OrganizationId,
  jobId: string,
  chunkIndexes: readonly number[],
): Promise<void> => {
  const parts = [`${heading.join(',')}\r\n`];
  let bytes = 0;
  for (const some of chunksOf(chunkIndexes, 16)) {
    if (bytes > mostJoinedBytes) break;
    const texts = await mapConcurrently(some, 8, (index) => uploads.text(chunkErrorsKey(organizationId, jobId, index)));
    for (const text of texts) {
      bytes += text?.length ?? 0;
      parts.push(text ?? '');
    }
  }
  await uploads.put(errorsKey(organizationId, jobId), parts.join(''), 'text/csv; charset=utf-8');
};
