import { requirePlainLists } from '../contact-lists/find-lists.ts';
import type { ContactFilter } from '../contacts/contact-filter.ts';
import { undoSeconds } from '../contacts/undo-period.ts';
import { AppError, notFound } from '../errors.ts';
import { isoAfter } from '../platform/clock.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import { BulkAction, type BulkOperation, type ContactJob, type JobRequest } from './contact-job.ts';
import { contactJobStore, type StoredJob } from './contact-job-store.ts';
import { isUndoable, presentJob, undoableUntil } from './present-job.ts';
import { planSelection } from './selection.ts';
import { startJob } from './start-job.ts';
import type { JobServices } from './work.ts';

/** What people do with jobs over many contacts. */
export const jobManagement = (services: JobServices, importToUndo: ImportLookup) => {
  const { table, clock } = services;
  const storeOf = ({ organizationId }: Caller) => contactJobStore(table, organizationId);

  const present = async (caller: Caller, job: StoredJob): Promise<ContactJob> =>
    presentJob(job, await storeOf(caller).errors(job.id));

  const find = async (caller: Caller, jobId: string): Promise<StoredJob> => {
    const job = await storeOf(caller).get(jobId);
    if (!job) throw notFound('Contact job');
    return job;
  };

  return {
    find: async (caller: Caller, jobId: string) => present(caller, await find(caller, jobId)),

    list: async (caller: Caller, query: PageQuery) =>
      readPage(query, null, async (after, limit) => {
        const { items, next } = await storeOf(caller).page(after, limit);
        return { items: items.map((job) => presentJob(job, [])), next };
      }),

    /** @throws AppError NOT_FOUND for an unknown list */
    count: async (caller: Caller, filter: ContactFilter): Promise<ContactJob> => {
      const { selection, ...plan } = await planSelection(services, caller.organizationId, { filter });
      return present(caller, await startJob(services, caller, { kind: 'count', selection }, plan));
    },

    /** @throws AppError VALIDATION_ERROR naming the field, FORBIDDEN, NOT_FOUND */
    run: async (caller: Caller, { action, data, contactIds, filter }: BulkOperation) => {
      const does = readAction({ action, ...(data === undefined ? {} : { data }) });
      assertMay(caller, does);
      const into = does.action === 'add-to-list' || does.action === 'move-to-list' ? [does.data.listId] : [];
      await requirePlainLists(table, caller.organizationId, into, 'data.listId');
      const wanted = contactIds ? { contactIds } : { filter: filter ?? {} };
      const { selection, ...plan } = await planSelection(services, caller.organizationId, wanted);
      const job = await startJob(services, caller, { kind: 'bulk', selection, does }, plan);
      const { id, status, processed, successful, failed } = job;
      const message = status === 'completed' ? 'Bulk operation completed' : 'Bulk operation goes on as a job';
      return {
        message,
        jobId: id,
        status,
        processed,
        successful,
        failed,
        errors: await storeOf(caller).errors(id),
      };
    },

    /** @throws AppError NOT_FOUND, CONFLICT for what can't be taken back, or was */
    undo: async (caller: Caller, jobId: string): Promise<ContactJob> => {
      const job = await find(caller, jobId);
      const { request } = job;
      if (!isUndoable(request)) throw new AppError('CONFLICT', 'Only what changed tags or lists can be taken back');
      if (job.status === 'processing') throw new AppError('CONFLICT', 'The job still goes on');
      if ((undoableUntil(job) ?? '') <= clock().toISOString())
        throw new AppError('CONFLICT', 'A job can be taken back for a week, and once', { undoneBy: job.undoneBy });
      const plan = { parts: hexBuckets.length, expected: job.successful };
      const writes = (undoId: string) => [storeOf(caller).undoneByWrite(jobId, undoId)];
      return present(caller, await startJob(services, caller, { kind: 'undo', jobId }, plan, { writes }));
    },

    /** @throws AppError NOT_FOUND, CONFLICT for an import that goes on, or is older than a week */
    undoImport: async (caller: Caller, importId: string): Promise<ContactJob> => {
      const found = await importToUndo(caller.organizationId, importId);
      if (!found) throw notFound('Import');
      if (!found.over) throw new AppError('CONFLICT', 'The import still goes on');
      if (isoAfter(new Date(found.at), undoSeconds) <= clock().toISOString())
        throw new AppError('CONFLICT', 'An import can be taken back for a week');
      const request: JobRequest = {
        kind: 'undo-import',
        jobId: importId,
        at: found.at,
        ...(found.listId === undefined ? {} : { listId: found.listId }),
      };
      const plan = { parts: hexBuckets.length, expected: found.contacts };
      return present(caller, await startJob(services, caller, request, plan));
    },
  };
};

/** What the undo of an import has to know of it. */
export type ImportLookup = (
  organizationId: OrganizationId,
  importId: string,
) => Promise<{ at: string; listId?: string | undefined; over: boolean; contacts: number } | undefined>;

/** @throws AppError VALIDATION_ERROR naming what is missing in `data` */
const readAction = (operation: { action: string; data?: Record<string, unknown> }): BulkAction => {
  const { data, error } = BulkAction.safeParse(operation);
  if (data) return data;
  const issues = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  const [first] = issues;
  throw new AppError('VALIDATION_ERROR', `${first?.field ?? 'data'}: ${first?.message ?? ''}`, {
    field: first?.field ?? 'data',
    issues,
  });
};

/** Who may run bulk operations may not do by them what they couldn't do one by one. */
const assertMay = ({ permissions }: Caller, { action }: BulkAction) => {
  const needed = action === 'delete' ? 'contacts:delete' : 'contacts:write';
  if (!permissions.has(needed))
    throw new AppError('FORBIDDEN', `This needs the permission ${needed}`, { permission: needed });
};
