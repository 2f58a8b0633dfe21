import { exportWork } from '../exports/export-work.ts';
import { bulkWork } from './bulk-work.ts';
import { countWork } from './count-work.ts';
import { deduplicateWork, mergeDuplicatesWork } from './deduplicate-work.ts';
import { mergeWork } from './merge-work.ts';
import { undoImportWork } from './undo-import-work.ts';
import { undoWork } from './undo-work.ts';
import type { WorkOf } from './work.ts';

/** What each kind of job does. */
export const workOf: WorkOf = (services, organizationId, job) => {
  switch (job.request.kind) {
    case 'count':
      return countWork(services, organizationId, job.request.selection);
    case 'bulk':
      return bulkWork(services, organizationId, job, job.request);
    case 'copy-list':
    case 'merge-lists':
      return mergeWork(services, organizationId, job, job.request);
    case 'undo':
      return undoWork(services, organizationId, job, job.request.jobId);
    case 'export':
      return exportWork(services, organizationId, job, job.request);
    case 'deduplicate':
      return deduplicateWork(services, organizationId, job, job.request);
    case 'merge-duplicates':
      return mergeDuplicatesWork(services, organizationId, job, job.request.jobId);
    case 'undo-import':
      return undoImportWork(services, organizationId, job, job.request);
  }
};
