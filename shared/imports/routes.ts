import { z } from 'zod';
import { one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ImportJob, ImportSummary, NewImport, StartedImport } from './import-job.ts';

export const importRoutes = defineRoutes({
  startImport: {
    method: 'POST',
    path: '/uploads/contacts',
    summary: 'Announce a file of contacts; answers where to upload it, which starts the import',
    uses: 'imports',
    access: 'imports:run',
    body: NewImport,
    status: 201,
    returns: one(StartedImport),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  listImports: {
    method: 'GET',
    path: '/uploads/contacts',
    summary: 'The imports of the organization, newest first',
    access: 'imports:run',
    query: pageQuery,
    status: 200,
    returns: pageOf(ImportSummary),
  },
  getImport: {
    method: 'GET',
    path: '/uploads/contacts/{jobId}',
    summary: 'How far an import is, what became of its rows, and what is wrong with those that were refused',
    access: 'imports:run',
    status: 200,
    returns: one(ImportJob),
    errors: ['NOT_FOUND'],
  },
  getImportTemplate: {
    method: 'GET',
    path: '/uploads/template',
    summary: 'An empty file with the columns that an import understands',
    access: 'imports:run',
    query: z.strictObject({ format: z.enum(['csv']).default('csv') }),
    status: 200,
    produces: 'text/csv',
  },
});
