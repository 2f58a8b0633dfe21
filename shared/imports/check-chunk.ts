import { knownIdentities } from '../contacts/known-identities.ts';
import { log } from '../platform/log.ts';
import { chunkStore } from './chunk-store.ts';
import { type Identities, IdentityCount, identitiesOf } from './identities.ts';
import { type CheckResult, importStore, type StoredImport } from './import-store.ts';
import type { ChunkMessage } from './jobs.ts';
import { readChunk, readingOf } from './read-chunk.ts';
import { type ImportServices, sendChunks } from './run-import.ts';

/** Rows that one function compares in 270 MB; a file of 1 GiB has fewer, unless its rows are shorter than 97 bytes. */
const mostComparedRows = 11_000_000;

type Check = ChunkMessage & { checkId: string };

/**
 * Reads one chunk of a dry run: what the import would find, and nothing is written of any contact. Ends it in one
 * transaction with its counts, so that a second delivery counts nothing twice; the last one compares them all.
 */
export const checkChunk = async (services: ImportServices, message: Check): Promise<void> => {
  const { organizationId, jobId, index, checkId } = message;
  const { table, chunksInFlight } = services;
  const store = importStore(table, organizationId);
  const parts = chunkStore(table, organizationId, jobId);
  const [job, chunk] = await Promise.all([store.get(jobId), parts.get(index)]);
  // Another dry run, or the import itself, has begun meanwhile.
  if (job?.status !== 'pending' || job.checkId !== checkId || !job.plan || !job.checkSettings || !chunk) return;
  if (chunk.checkId !== checkId) {
    const reading = await readingOf(table, organizationId, job, job.checkSettings);
    const records = await readChunk(services.uploads, organizationId, job, job.plan, reading, chunk);
    const persons = records.flatMap(({ person }) => person ?? []);
    const known = await knownIdentities(
      table,
      organizationId,
      persons.flatMap(({ phone }) => phone ?? []),
      persons.flatMap(({ email }) => email ?? []),
    );
    await parts.putIdentities(
      checkId,
      index,
      identitiesOf(persons, (identity) => known.has(identity)),
      services.clock(),
    );
    const counts = { valid: persons.length, invalid: records.length - persons.length };
    const ended = await parts.finishCheck(checkId, index, counts, services.clock());
    const next = index + chunksInFlight;
    if (ended && next < job.plan.chunkCount) await sendChunks(services, organizationId, jobId, [next], checkId);
  }
  await endCheck(services, message);
};

/** Compares whom the rows are about, if all chunks were read. */
const endCheck = async ({ table }: ImportServices, { organizationId, jobId, checkId }: Check): Promise<void> => {
  const store = importStore(table, organizationId);
  const job = await store.get(jobId);
  if (job?.checkId !== checkId || !job.plan || job.checkResult || job.checkedChunks < job.plan.chunkCount) return;
  const parts = chunkStore(table, organizationId, jobId);
  const result = await compared(job, parts.identities(checkId));
  if (await store.endCheck(jobId, checkId, result)) log.info('import checked', { jobId, ...result });
};

const compared = async ({ checkedValid }: StoredImport, chunks: AsyncIterable<Identities>): Promise<CheckResult> => {
  if (checkedValid > mostComparedRows) return { ofContacts: null, inFile: null };
  const count = new IdentityCount(checkedValid);
  for await (const identities of chunks) count.add(identities);
  count.finish();
  return { ofContacts: count.ofContacts, inFile: count.inFile };
};
