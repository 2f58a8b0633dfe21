import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/id.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { WorkQueue } from '../platform/queue.ts';
import type { Table } from '../platform/table/table.ts';
import type { ChunkLimits } from './chunk-cutter.ts';
import type { ChunkMessage } from './jobs.ts';

/** What the work on imports needs of the world. */
export interface ImportServices {
  table: Table;
  uploads: Objects;
  clock: Clock;
  ids: Ids;
  chunks: WorkQueue<ChunkMessage>;
  limits: ChunkLimits;
  /**
   * Chunks of one job that are in the queue at once. A finished chunk sends the one that follows it by as many, so that
   * a large file never fills the queue, or the workers, before the small one of somebody else.
   */
  chunksInFlight: number;
}

/** Sends chunks of a job to the workers, to be imported or, with a `checkId`, read for that dry run. */
export const sendChunks = (
  { chunks }: Pick<ImportServices, 'chunks'>,
  organizationId: OrganizationId,
  jobId: string,
  indexes: readonly number[],
  checkId?: string,
): Promise<void> =>
  chunks.send(
    organizationId,
    indexes.map((index) => ({ organizationId, jobId, index, ...(checkId === undefined ? {} : { checkId }) })),
  );

/** The first chunks of a job: each that ends sends another. */
export const firstChunks = ({ chunksInFlight }: Pick<ImportServices, 'chunksInFlight'>, chunkCount: number) => [
  ...Array(Math.min(chunksInFlight, chunkCount)).keys(),
];
