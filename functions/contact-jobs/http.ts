import { duplicateManagement } from '../../shared/contact-jobs/manage-duplicates.ts';
import { jobManagement } from '../../shared/contact-jobs/manage-jobs.ts';
import { listMerges } from '../../shared/contact-jobs/merge-lists.ts';
import { contactJobRoutes } from '../../shared/contact-jobs/routes.ts';
import { importToUndo } from '../../shared/imports/find-imports.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { appTable, httpServices, jobServices } from '../../shared/services.ts';

const jobs = jobManagement(jobServices(), (organizationId, jobId) => importToUndo(appTable(), organizationId, jobId));
const merges = listMerges(jobServices());
const duplicates = duplicateManagement(jobServices());

export const handler = httpHandler(contactJobRoutes, httpServices(), {
  countContacts: async ({ caller, body }) => ({ data: await jobs.count(caller, body) }),
  runBulkOperation: ({ caller, body }) => jobs.run(caller, body),
  copyContactList: async ({ caller, params, body }) => ({ data: await merges.copy(caller, params.listId, body) }),
  mergeContactLists: async ({ caller, body }) => ({ data: await merges.merge(caller, body) }),
  listContactJobs: ({ caller, query }) => jobs.list(caller, query),
  getContactJob: async ({ caller, params }) => ({ data: await jobs.find(caller, params.jobId) }),
  undoContactJob: async ({ caller, params }) => ({ data: await jobs.undo(caller, params.jobId) }),
  deduplicateContacts: async ({ caller, body }) => ({ data: await duplicates.start(caller, body) }),
  listDuplicates: ({ caller, params, query }) => duplicates.page(caller, params.jobId, query),
  mergeDuplicates: async ({ caller, params, body }) => ({ data: await duplicates.merge(caller, params.jobId, body) }),
  undoImport: async ({ caller, params }) => ({ data: await jobs.undoImport(caller, params.jobId) }),
});
