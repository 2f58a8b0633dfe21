import { one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ContactExport, NewContactExport } from './export.ts';

export const exportRoutes = defineRoutes({
  exportContacts: {
    method: 'POST',
    path: '/exports/contacts',
    summary: 'Writes contacts into a file: at once where they are few, else as a job',
    access: 'imports:run',
    body: NewContactExport,
    status: 202,
    returns: one(ContactExport),
    errors: ['NOT_FOUND'],
  },
  listContactExports: {
    method: 'GET',
    path: '/exports/contacts',
    summary: 'The exports of the organization, newest first',
    access: 'imports:run',
    query: pageQuery,
    status: 200,
    returns: pageOf(ContactExport),
  },
  getContactExport: {
    method: 'GET',
    path: '/exports/contacts/{jobId}',
    summary: 'How far an export is, and where its file can be downloaded',
    access: 'imports:run',
    status: 200,
    returns: one(ContactExport),
  },
});
