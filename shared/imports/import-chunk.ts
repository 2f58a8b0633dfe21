import type { ImportBatch } from '../contacts/import-batch.ts';
import { type BatchOutcome, countsOf } from '../contacts/import-contacts.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { checkChunk } from './check-chunk.ts';
import { type ChunkCounts, type ChunkMove, chunkStore, type StoredChunk } from './chunk-store.ts';
import { completeImport } from './complete-import.ts';
import { importPersons } from './import-persons.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { type ChunkMessage, chunkErrorsKey } from './jobs.ts';
import { chunksAfter, isOpen } from './next-chunks.ts';
import { failureOf } from './plan-import.ts';
import { readChunk, readingOf } from './read-chunk.ts';
import { csvType, errorLines, shownOf } from './row-errors.ts';
import { type ImportServices, sendChunks } from './run-import.ts';

/**
 * Imports one chunk and ends it in one transaction with all counts. Delivered twice, or again after a crash anywhere,
 * it does what is missing and counts nothing twice.
 */
export const importChunk = async (services: ImportServices, message: ChunkMessage): Promise<void> => {
  const { organizationId, jobId, index, checkId } = message;
  if (checkId !== undefined) return checkChunk(services, { ...message, checkId });
  const { table, clock } = services;
  const store = importStore(table, organizationId);
  const [job, chunk] = await Promise.all([store.get(jobId), chunkStore(table, organizationId, jobId).get(index)]);
  if (job?.status !== 'processing' || !job.plan || !chunk) return;
  const { chunkCount } = job.plan;
  const ended =
    isOpen(job, chunkCount, chunk) &&
    (await work(services, organizationId, job, job.plan, chunk).catch(async (error: unknown) => {
      const failure = failureOf(error);
      if (!failure) throw error;
      await store.fail(jobId, failure, clock());
      return false;
    }));
  const now = await store.get(jobId);
  if (!now || (await completeImport(services, organizationId, now)) || !ended) return;
  // Only the delivery that ends a chunk sends the next: a doubled one must not double the chain.
  await sendChunks(services, organizationId, jobId, await chunksAfter(table, organizationId, now, chunkCount, chunk));
};

type Plan = NonNullable<StoredImport['plan']>;

/** Answers whether it was this delivery that ended the chunk, or those of its rows that were its turn. */
const work = async (
  services: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  plan: Plan,
  chunk: StoredChunk,
): Promise<boolean> => {
  const { table, uploads, clock } = services;
  const store = chunkStore(table, organizationId, job.id);
  const reading = await readingOf(table, organizationId, job, { ...job.options, ...plan });
  const records = await readChunk(uploads, organizationId, job, plan, reading, chunk);
  const persons = records.flatMap(({ person }) => person ?? []);
  // An address that stands beside a phone is no person of its own: in whatever chunk that is, it comes first.
  const later = mayStandElsewhere(plan) ? persons.filter(({ phone }) => phone === undefined) : [];
  const move = (from: ChunkMove['from'], to: ChunkMove['to']) => ({ index: chunk.index, from, to });
  if (chunk.status === 'addresses') {
    const batch = { ...batchOf(organizationId, job, chunk, clock()), part: plan.chunkCount + chunk.index };
    const outcome = await importPersons(table, batch, later);
    return end(services, organizationId, job, move('addresses', 'done'), outcome, { valid: later.length, invalid: 0 });
  }
  const first = later.length > 0 ? persons.filter(({ phone }) => phone !== undefined) : persons;
  const refused = records.filter(({ person }) => !person);
  const optOuts = refused.flatMap(({ optOut }) => optOut ?? []);
  const outcome = await importPersons(table, batchOf(organizationId, job, chunk, clock()), first, optOuts);
  const withoutEmail = new Set(outcome.withoutEmail.map(({ row }) => row));
  const warnings = records
    .map((record) => (withoutEmail.has(record.row) ? { ...record, faults: [...record.faults, emailTaken] } : record))
    .filter(({ person }) => person);
  const shown = { errors: shownOf(plan.headers, refused), warnings: shownOf(plan.headers, warnings) };
  if (refused.length > 0)
    await uploads.put(chunkErrorsKey(organizationId, job.id, chunk.index), errorLines(refused), csvType);
  if (shown.errors.length + shown.warnings.length > 0) await store.putErrors(chunk.index, shown);
  const counts = { valid: first.length, invalid: refused.length };
  return end(services, organizationId, job, move('pending', later.length > 0 ? 'addresses' : 'done'), outcome, counts);
};

/** Whether the address of a row without a phone may stand beside one in another chunk. */
const mayStandElsewhere = ({ chunkCount, columns }: Plan) =>
  chunkCount > 1 && columns.some(({ target }) => target === 'phone');

/** Ends what was done of a chunk with all counts. Answers whether it was this call that did. */
const end = async (
  { table, clock }: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  move: ChunkMove,
  outcome: BatchOutcome,
  rows: Pick<ChunkCounts, 'valid' | 'invalid'>,
): Promise<boolean> => {
  const { imported, duplicates } = outcome;
  const counts = { ...rows, imported, duplicates };
  const { organization, list } = countsOf(organizationId, job.listId, outcome);
  const finish = (others: typeof list) =>
    chunkStore(table, organizationId, job.id).finish(move, counts, others, clock());
  // Refused: the list was deleted meanwhile, and there is nothing left to count there.
  const first = await finish([...organization, ...list]);
  const ended = first === 'refused' ? await finish(organization) : first;
  log.info('chunk', { jobId: job.id, ...move, ended, ...counts });
  return ended === 'done';
};

const emailTaken = {
  error: 'Imported without the e-mail address: another contact has it',
  field: 'email',
  code: 'EMAIL_TAKEN' as const,
};

const batchOf = (organizationId: OrganizationId, job: StoredImport, chunk: StoredChunk, now: Date): ImportBatch => ({
  organizationId,
  jobId: job.id,
  part: chunk.index,
  listId: job.listId,
  importedBy: job.createdBy,
  source: 'import',
  defaultCountry: job.options.defaultCountry,
  duplicates: job.options.duplicates,
  at: job.createdAt,
  now: now.toISOString(),
});
