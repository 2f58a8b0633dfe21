import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { chunkStore, type StoredChunk } from './chunk-store.ts';
import type { StoredImport } from './import-store.ts';
import { chunksInFlight } from './run-import.ts';

/** What a chunk waits for now: rows with a phone come first, in all chunks, since they decide whose an address is. */
const openStatus = ({ phonesDone }: StoredImport, chunkCount: number) =>
  phonesDone === chunkCount ? 'addresses' : 'pending';

/** Whether a chunk is to be worked on at this moment. */
export const isOpen = (job: StoredImport, chunkCount: number, { status }: StoredChunk) =>
  status === 'pending' || (status === 'addresses' && status === openStatus(job, chunkCount));

/** The first chunks that are to be worked on, as many as may be in the queue at once. */
export const openChunks = async (
  table: Table,
  organizationId: OrganizationId,
  job: StoredImport,
  chunkCount: number,
): Promise<number[]> => {
  const open: number[] = [];
  for await (const index of chunkStore(table, organizationId, job.id).inStatus(openStatus(job, chunkCount)))
    if (open.push(index) === chunksInFlight) break;
  return open;
};

/**
 * What follows a chunk that just ended, `job` being read after that: the chunk behind it by as many as are in flight,
 * or, behind the last row with a phone, the first of those that wait for it.
 */
export const chunksAfter = async (
  table: Table,
  organizationId: OrganizationId,
  job: StoredImport,
  chunkCount: number,
  { index, status }: StoredChunk,
): Promise<number[]> => {
  if (status === 'pending') {
    if (openStatus(job, chunkCount) === 'addresses') return openChunks(table, organizationId, job, chunkCount);
    const next = index + chunksInFlight;
    return next < chunkCount ? [next] : [];
  }
  for await (const next of chunkStore(table, organizationId, job.id).inStatus('addresses', index))
    if (next % chunksInFlight === index % chunksInFlight) return [next];
  return [];
};
