import { auditWrites, systemActor } from '../audit-logs/audit.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { chunkStore } from './chunk-store.ts';
import { headersOf } from './file-of.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { joinErrors } from './row-errors.ts';
import type { ImportServices } from './run-import.ts';

/** Completes a job if all of its chunks are done: called after each, and by the schedule for what a crash forgot. */
export const completeImport = async (
  { table, uploads, clock, ids }: Pick<ImportServices, 'table' | 'uploads' | 'clock' | 'ids'>,
  organizationId: OrganizationId,
  job: StoredImport,
): Promise<boolean> => {
  const { id: jobId, status, plan, chunksDone } = job;
  if (status !== 'processing' || !plan || chunksDone < plan.chunkCount) return false;
  // Before the job says so: whoever sees it completed finds the file.
  if (job.invalid > 0)
    await joinErrors(
      uploads,
      organizationId,
      jobId,
      await headersOf(uploads, organizationId, job, plan),
      await chunkStore(table, organizationId, jobId).withErrors(),
    );
  const { valid, invalid, duplicates, imported } = job;
  const note = auditWrites({ clock, ids }, systemActor(organizationId, 'imports'), {
    action: 'import_completed',
    resource: 'import',
    resourceId: jobId,
    details: { valid, invalid, duplicates, imported },
  });
  const completed = await importStore(table, organizationId).complete(jobId, clock(), note);
  if (completed) log.info('import completed', { jobId, imported: job.imported, duplicates: job.duplicates });
  return completed;
};
