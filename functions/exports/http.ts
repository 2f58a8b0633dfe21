import { exportManagement } from '../../shared/exports/manage-exports.ts';
import { exportRoutes } from '../../shared/exports/routes.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { httpServices, jobServices } from '../../shared/services.ts';

const exports = exportManagement(jobServices());

export const handler = httpHandler(exportRoutes, httpServices(), {
  exportContacts: async ({ caller, body }) => ({ data: await exports.start(caller, body) }),
  listContactExports: ({ caller, query }) => exports.list(caller, query),
  getContactExport: async ({ caller, params }) => ({ data: await exports.find(caller, params.jobId) }),
});
