import { listManagement } from '../../shared/contact-lists/manage-lists.ts';
import { executeImport } from '../../shared/imports/execute-import.ts';
import { importReader } from '../../shared/imports/find-imports.ts';
import type { ImportExecution } from '../../shared/imports/import-options.ts';
import { mappingManagement } from '../../shared/imports/manage-mappings.ts';
import { previewImport } from '../../shared/imports/preview-import.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { importForm, startImport } from '../../shared/imports/start-import.ts';
import { importTemplate } from '../../shared/imports/template.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import type { Caller } from '../../shared/platform/http/route.ts';
import { httpServices, importServices } from '../../shared/services.ts';

const services = { ...importServices(), lists: listManagement(importServices()) };
const mappings = mappingManagement(services);
const readerFor = ({ organizationId }: Caller) => importReader(services.table, services.uploads, organizationId);

const execute = async (caller: Caller, jobId: string, execution: ImportExecution) => {
  await executeImport(services, caller, jobId, execution);
  return { data: await readerFor(caller).find(jobId) };
};

export const handler = httpHandler(importRoutes, httpServices(), {
  startImport: async ({ caller, body, form }) => ({
    data: await (form ? importForm(services, caller, form) : startImport(services, caller, body)),
  }),
  listImports: ({ caller, query }) => readerFor(caller).list(query),
  getImport: async ({ caller, params }) => ({ data: await readerFor(caller).find(params.jobId) }),
  previewImport: async ({ caller, params, body }) => ({
    data: await previewImport(services, caller, params.jobId, body),
  }),
  executeImport: ({ caller, params, body }) => execute(caller, params.jobId, body),
  previewLeadImport: async ({ caller, body: { jobId, ...trial } }) => ({
    data: await previewImport(services, caller, jobId, trial),
  }),
  executeLeadImport: ({ caller, body: { jobId, ...execution } }) => execute(caller, jobId, execution),
  listImportMappings: async ({ caller }) => ({ data: await mappings.list(caller) }),
  createImportMapping: async ({ caller, body }) => ({ data: await mappings.create(caller, body) }),
  deleteImportMapping: ({ caller, params }) => mappings.delete(caller, params.mappingId),
  getImportTemplate: async ({ query: { format } }) => importTemplate(format),
});
