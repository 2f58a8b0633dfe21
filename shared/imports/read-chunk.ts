import type { Person } from '../contacts/import-batch.ts';
import { customFieldDefinitions } from '../custom-fields/typed-fields.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Chunk } from './chunk-cutter.ts';
import { ownFieldOf } from './column.ts';
import { fileOf } from './file-of.ts';
import type { StoredImport } from './import-store.ts';
import { readRecords } from './read-records.ts';
import { type RowFault, type RowReading, readRow } from './read-row.ts';
import { isBlankRecord } from './record-scanner.ts';
import { decode } from './text-encoding.ts';

/** A row with its cells, and what became of it when it was read. */
export interface ReadRecord {
  row: number;
  cells: string[];
  /** Absent: the row can't be imported, and `faults` says why. */
  person?: Person;
  /** The phone of a row that can't be imported and says that its owner opted out. */
  optOut?: string | undefined;
  /** The reason, or, of a row that is imported, what of it can't be. */
  faults: RowFault[];
}

/** Reads a chunk's bytes and judges its rows, in the file's order. @throws ObjectChanged */
export const readChunk = async (
  uploads: Objects,
  organizationId: OrganizationId,
  job: StoredImport,
  plan: NonNullable<StoredImport['plan']>,
  reading: RowReading,
  chunk: Chunk,
): Promise<ReadRecord[]> => {
  const { problem, firstRow } = chunk;
  if (problem !== undefined)
    return [{ row: firstRow, cells: [], faults: [{ error: problems[problem], field: '', code: problem }] }];
  const { key, etag } = fileOf(organizationId, job);
  const bytes = await uploads.range(key, etag, chunk.from, chunk.to - 1);
  return readRecords(decode(bytes, plan.encoding), plan.delimiter).flatMap((cells, offset): ReadRecord[] => {
    if (isBlankRecord(cells, plan.delimiter)) return [];
    const row = firstRow + offset;
    const read = readRow(row, cells, reading);
    if (read.kind === 'valid') return [{ row, cells, person: read.person, faults: read.warnings }];
    const { error, field, code, optOut } = read;
    return [{ row, cells, faults: [{ error, field, code }], optOut }];
  });
};

const problems: Record<'ROW_TOO_LONG' | 'QUOTE_NOT_CLOSED', string> = {
  ROW_TOO_LONG: 'The row is longer than 1 MB: a quotation mark in it may not be closed',
  QUOTE_NOT_CLOSED: 'A quotation mark in the row is not closed',
};

/** How the rows of a job are read, by what was chosen for it and by the organization's own fields. */
export const readingOf = async (
  table: Table,
  organizationId: OrganizationId,
  job: StoredImport,
  chosen: Pick<RowReading, 'columns' | 'validatePhones' | 'defaultCountry' | 'tags'>,
): Promise<RowReading> => {
  const hasOwn = chosen.columns.some(({ target }) => ownFieldOf(target) !== undefined);
  const definitions = hasOwn ? await customFieldDefinitions(table, organizationId) : [];
  return { ...chosen, definitions, optedOut: isOfUnsubscribed(job.filename), at: job.createdAt };
};

/** Mailchimp says in its files' names what has become of the people in them. */
const isOfUnsubscribed = (filename: string) => /^unsubscribed_/i.test(filename);
