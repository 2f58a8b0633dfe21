import { AppError, notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Objects } from '../platform/objects.ts';
import type { Table } from '../platform/table/table.ts';
import type { Proposal } from './column-names.ts';
import { headersOf } from './file-of.ts';
import type { ImportTrial } from './import-options.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { savedMapping } from './manage-mappings.ts';
import { assertNamesColumns, mapped } from './mapping.ts';

/** A job whose file was read and that waits to be executed. */
export interface WaitingImport {
  job: StoredImport;
  plan: NonNullable<StoredImport['plan']>;
}

/** @throws AppError NOT_FOUND */
export const findImport = async (table: Table, { organizationId }: Caller, jobId: string): Promise<StoredImport> => {
  const job = await importStore(table, organizationId).get(jobId);
  if (!job) throw notFound('Import');
  return job;
};

/** @throws AppError CONFLICT for a job that is not ready yet, or waits no more */
export const assertWaits = (job: StoredImport): WaitingImport => {
  const { status, plan, failure } = job;
  if (failure) throw new AppError('CONFLICT', `The import failed: ${failure.message}`, { status });
  if (status !== 'pending') throw new AppError('CONFLICT', 'The import was started already', { status });
  if (!plan)
    throw new AppError('CONFLICT', 'The file was not read yet: wait for stage ready', { status, retryAfter: 1 });
  return { job, plan };
};

/** What the columns of the file fill when a mapping is tried. @throws AppError VALIDATION_ERROR */
export const columnsUnder = async (
  { table, uploads }: { table: Table; uploads: Objects },
  caller: Caller,
  { job, plan }: WaitingImport,
  { mapping, mappingId }: Pick<ImportTrial, 'mapping' | 'mappingId'>,
): Promise<{ headers: string[]; columns: Proposal[] }> => {
  const headers = await headersOf(uploads, caller.organizationId, job, plan);
  if (mapping) assertNamesColumns(headers, mapping);
  const chosen = mappingId === undefined ? mapping : await savedMapping(table, caller, mappingId);
  return { headers, columns: mapped(headers, plan.columns, chosen) };
};
