import type { OrganizationId } from '../platform/organization-id.ts';
import { type ChunkStage, chunkStore, type StoredChunk } from './chunk-store.ts';
import type { StoredImport } from './import-store.ts';
import type { ImportServices } from './run-import.ts';

/** The stage in which a job is: every chunk passes one before any goes on to the next. */
const stageOf = ({ phonesDone, contestedDone }: StoredImport, chunkCount: number): ChunkStage => {
  if (phonesDone < chunkCount) return 'phones';
  return contestedDone < chunkCount ? 'contested' : 'alone';
};

/** The stage of a chunk that is to be worked on at this moment, if there is one. */
export const openStage = (job: StoredImport, chunkCount: number, { next }: StoredChunk): ChunkStage | undefined => {
  const stage = stageOf(job, chunkCount);
  return next === stage ? stage : undefined;
};

/** The first chunks that are to be worked on, as many as may be in the queue at once. */
export const openChunks = async (
  { table, chunksInFlight }: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  chunkCount: number,
): Promise<number[]> => {
  const open: number[] = [];
  for await (const index of chunkStore(table, organizationId, job.id).waitingFor(stageOf(job, chunkCount)))
    if (open.push(index) === chunksInFlight) break;
  return open;
};

/**
 * What follows a stage of a chunk that just ended, `job` being read after that: the chunk behind it by as many as are
 * in flight, or, behind the last one, the first of the next stage.
 */
export const chunksAfter = async (
  services: ImportServices,
  organizationId: OrganizationId,
  job: StoredImport,
  chunkCount: number,
  { index, stage }: { index: number; stage: ChunkStage },
): Promise<number[]> => {
  const { table, chunksInFlight } = services;
  if (stageOf(job, chunkCount) !== stage) return openChunks(services, organizationId, job, chunkCount);
  const next = index + chunksInFlight;
  if (stage === 'phones') return next < chunkCount ? [next] : [];
  for await (const waiting of chunkStore(table, organizationId, job.id).waitingFor(stage, index))
    if (waiting % chunksInFlight === index % chunksInFlight) return [waiting];
  return [];
};
