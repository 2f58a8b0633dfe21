import { checkChunk } from './check-chunk.ts';
import { type ChunkStage, chunkStore } from './chunk-store.ts';
import { chunkWork } from './chunk-work.ts';
import { completeImport } from './complete-import.ts';
import { importStore } from './import-store.ts';
import type { ChunkMessage } from './jobs.ts';
import { chunksAfter, openStage } from './next-chunks.ts';
import { failureOf } from './plan-import.ts';
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
  const { plan } = job;
  const { chunkCount } = plan;
  const stage = openStage(job, chunkCount, chunk);
  const work = async (open: ChunkStage) => (await chunkWork(services, organizationId, job, plan, chunk))[open]();
  const ended =
    stage !== undefined &&
    (await work(stage).catch(async (error: unknown) => {
      const failure = failureOf(error);
      if (!failure) throw error;
      await store.fail(jobId, failure, clock());
      return false;
    }));
  const now = await store.get(jobId);
  if (!now || (await completeImport(services, organizationId, now)) || stage === undefined || !ended) return;
  // Only the delivery that ends a stage of a chunk sends the next: a doubled one must not double the chain.
  const next = await chunksAfter(services, organizationId, now, chunkCount, { index, stage });
  await sendChunks(services, organizationId, jobId, next);
};
