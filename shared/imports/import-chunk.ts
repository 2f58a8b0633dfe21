import type { ImportBatch, Person } from '../contacts/import-batch.ts';
import { countsOf } from '../contacts/import-contacts.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { chunkStore, type StoredChunk } from './chunk-store.ts';
import { completeImport } from './complete-import.ts';
import type { RowError } from './import-job.ts';
import { importPersons } from './import-persons.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { type ChunkMessage, chunkErrorsKey, uploadKey } from './jobs.ts';
import { failureOf } from './plan-import.ts';
import { readRecords } from './read-records.ts';
import { readRow } from './read-row.ts';
import { isBlankRecord } from './record-scanner.ts';
import { dataOf, errorLines, shownOf } from './row-errors.ts';
import { chunksInFlight, type ImportServices, sendChunks } from './run-import.ts';
import { decode } from './text-encoding.ts';

/**
 * Imports one chunk and ends it in one transaction with all counts. Delivered twice, or again after a crash anywhere,
 * it does what is missing and counts nothing twice.
 */
export const importChunk = async (services: ImportServices, message: ChunkMessage): Promise<void> => {
  const { organizationId, jobId, index } = message;
  const { table, clock } = services;
  const store = importStore(table, organizationId);
  const [job, chunk] = await Promise.all([store.get(jobId), chunkStore(table, organizationId, jobId).get(index)]);
  if (job?.status !== 'processing' || !job.plan || !chunk) return;
  if (chunk.status === 'pending') {
    const ended = await work(services, organizationId, job, job.plan, chunk).catch(async (error: unknown) => {
      const failure = failureOf(error);
      if (!failure) throw error;
      await store.fail(jobId, failure, clock());
      return false;
    });
    // Only the delivery that ends a chunk sends the next: a doubled one must not double the chain.
    const next = index + chunksInFlight;
    if (ended && next < job.plan.chunkCount) await sendChunks(services, organizationId, jobId, [next]);
  }
  await completeImport(services, organizationId, jobId);
};

type Plan = NonNullable<StoredImport['plan']>;

/** Answers whether it was this delivery that ended the chunk. */
const work = async (
  services: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  plan: Plan,
  chunk: StoredChunk,
): Promise<boolean> => {
  const { table, uploads, clock } = services;
  const store = chunkStore(table, organizationId, job.id);
  const { persons, errors, records } = await readChunk(services, organizationId, job, plan, chunk);
  const outcome = await importPersons(table, batchOf(organizationId, job, chunk, clock()), persons);
  const warnings = outcome.withoutEmail.map(
    ({ row }): RowError => ({
      row,
      error: 'Imported without the e-mail address: another contact has it',
      data: dataOf(plan.headers, records.get(row) ?? []),
      field: 'email',
      code: 'EMAIL_TAKEN',
    }),
  );
  if (errors.length > 0)
    await uploads.put(
      chunkErrorsKey(organizationId, job.id, chunk.index),
      errorLines(errors),
      'text/csv; charset=utf-8',
    );
  if (errors.length + warnings.length > 0)
    await store.putErrors(chunk.index, { errors: shownOf(errors), warnings: shownOf(warnings) });
  const { imported, duplicates } = outcome;
  const counts = { valid: persons.length, invalid: errors.length, imported, duplicates };
  const { organization, list } = countsOf(organizationId, job.listId, outcome);
  const end = (others: typeof list) => store.finish(chunk.index, counts, others, clock());
  // Refused: the list was deleted meanwhile, and there is nothing left to count there.
  const first = await end([...organization, ...list]);
  const ended = first === 'refused' ? await end(organization) : first;
  log.info('chunk', { jobId: job.id, index: chunk.index, ended, ...counts });
  return ended === 'done';
};

/** Reads the chunk's bytes and judges its rows. `records` keeps the cells, for whatever is said about a row later. */
const readChunk = async (
  { uploads }: ImportServices,
  organizationId: OrganizationId,
  { id, etag = '', options }: StoredImport,
  { encoding, delimiter, headers, columns }: Plan,
  chunk: StoredChunk,
) => {
  const persons: Person[] = [];
  const errors: RowError[] = [];
  const records = new Map<number, string[]>();
  if (chunk.problem !== undefined) {
    errors.push({ row: chunk.firstRow, error: problems[chunk.problem], data: {}, field: '', code: chunk.problem });
    return { persons, errors, records };
  }
  const bytes = await uploads.range(uploadKey(organizationId, id), etag, chunk.from, chunk.to - 1);
  for (const [offset, cells] of readRecords(decode(bytes, encoding), delimiter).entries()) {
    if (isBlankRecord(cells, delimiter)) continue;
    const row = chunk.firstRow + offset;
    const read = readRow(row, cells, columns, options);
    if (read.kind === 'valid') {
      persons.push(read.person);
      records.set(row, cells);
    } else {
      const { error, field, code } = read;
      errors.push({ row, error, data: dataOf(headers, cells), field, code });
    }
  }
  return { persons, errors, records };
};

const problems = {
  ROW_TOO_LONG: 'The row is longer than 1 MB: a quotation mark in it may not be closed',
  QUOTE_NOT_CLOSED: 'A quotation mark in the row is not closed',
};

const batchOf = (organizationId: OrganizationId, job: StoredImport, chunk: StoredChunk, now: Date): ImportBatch => ({
  organizationId,
  jobId: job.id,
  part: chunk.index,
  listId: job.listId,
  importedBy: job.createdBy,
  source: 'import',
  defaultCountry: job.options.defaultCountry,
  updatesExisting: !job.options.skipDuplicates,
  at: job.createdAt,
  now: now.toISOString(),
});
