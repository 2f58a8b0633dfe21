import { notFound } from '../errors.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { chunkStore } from './chunk-store.ts';
import type { ImportJob, ImportStage, ImportSummary } from './import-job.ts';
import { importStore, type StoredImport } from './import-store.ts';
import { errorsKey } from './jobs.ts';

/** How long the link to the errors of a job works. */
const errorsUrlSeconds = 15 * 60;

/** What people see of the imports of their organization. */
export const importReader = (table: Table, uploads: Objects, organizationId: OrganizationId) => {
  const store = importStore(table, organizationId);
  return {
    list: (query: PageQuery) =>
      readPage(query, null, async (after, limit) => {
        const { items, next } = await store.page(after, limit);
        return { items: items.map(summaryOf), next };
      }),

    /** @throws AppError NOT_FOUND */
    find: async (jobId: string): Promise<ImportJob> => {
      const job = await store.get(jobId);
      if (!job) throw notFound('Import');
      const { errors, warnings } = job.plan
        ? await chunkStore(table, organizationId, jobId).errors()
        : { errors: [], warnings: [] };
      const hasFile = job.status === 'completed' && errors.length > 0;
      const errorsUrl = hasFile
        ? await uploads.downloadUrl(errorsKey(organizationId, jobId), 'row-errors.csv', errorsUrlSeconds)
        : null;
      return { ...summaryOf(job), validationErrors: errors, warnings, errorsUrl };
    },
  };
};

/** What taking an import back has to know of it; undefined for none. */
export const importToUndo = async (table: Table, organizationId: OrganizationId, jobId: string) => {
  const job = await importStore(table, organizationId).get(jobId);
  if (!job) return undefined;
  const over = job.status === 'completed' || job.status === 'failed';
  return { at: job.createdAt, listId: job.listId, over, contacts: job.imported + job.duplicates };
};

const stageOf = ({ status, etag, plan }: StoredImport): ImportStage => {
  if (status === 'processing') return plan ? 'importing' : 'reading';
  if (status !== 'pending') return 'over';
  if (plan) return 'ready';
  return etag === undefined ? 'upload' : 'reading';
};

/** While a job runs, `totalRows` is what the plan counted and the others are what is done so far. */
export const summaryOf = (job: StoredImport): ImportSummary => {
  const { valid, invalid, duplicates, imported } = job;
  const totalRows = job.plan?.totalRows ?? 0;
  const done = totalRows === 0 ? 0 : Math.floor(((valid + invalid) / totalRows) * 100);
  return {
    id: job.id,
    filename: job.filename,
    fileSize: job.fileSize,
    status: job.status,
    stage: stageOf(job),
    // The last step, which makes it completed, is still to come.
    progress: job.status === 'completed' ? 100 : Math.min(done, 99),
    results: {
      totalRows,
      validContacts: valid,
      invalidContacts: invalid,
      duplicates,
      imported,
      skipped: invalid + duplicates,
    },
    listId: job.listId ?? null,
    failure: job.failure ?? null,
    createdAt: job.createdAt,
    completedAt: job.completedAt ?? null,
  };
};
