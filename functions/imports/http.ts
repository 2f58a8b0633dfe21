import { listManagement } from '../../shared/contact-lists/manage-lists.ts';
import { importReader } from '../../shared/imports/find-imports.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { startImport } from '../../shared/imports/start-import.ts';
import { templateCsv } from '../../shared/imports/template.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import type { Caller } from '../../shared/platform/http/route.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, httpServices, uploadsBucket } from '../../shared/services.ts';

const world = { table: appTable(), clock: systemClock, ids: systemIds };
const starts = { ...world, uploads: uploadsBucket(), lists: listManagement(world) };
const readerFor = ({ organizationId }: Caller) => importReader(appTable(), uploadsBucket(), organizationId);

export const handler = httpHandler(importRoutes, httpServices(), {
  startImport: async ({ caller, body }) => ({ data: await startImport(starts, caller, body) }),
  listImports: ({ caller, query }) => readerFor(caller).list(query),
  getImport: async ({ caller, params }) => ({ data: await readerFor(caller).find(params.jobId) }),
  getImportTemplate: async () => ({
    text: templateCsv,
    headers: { 'content-disposition': 'attachment; filename="contacts.csv"' },
  }),
});
