import { ContactFilter } from '../contacts/contact-filter.ts';
import { one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { BulkAnswer, BulkOperation, ContactJob } from './contact-job.ts';

export const contactJobRoutes = defineRoutes({
  countContacts: {
    method: 'POST',
    path: '/contacts/count',
    aliases: ['/leads/count'],
    summary: 'Counts the contacts that a filter means: at once where they are few, else as a job',
    access: 'contacts:read',
    body: ContactFilter,
    status: 200,
    returns: one(ContactJob),
    errors: ['NOT_FOUND'],
  },
  runBulkOperation: {
    method: 'POST',
    path: '/contacts/bulk-operations',
    aliases: ['/leads/bulk-operations'],
    summary: 'Does something to many contacts: at once where they are few, else as a job',
    access: 'bulk:run',
    body: BulkOperation,
    status: 200,
    returns: BulkAnswer,
    errors: ['NOT_FOUND'],
  },
  listContactJobs: {
    method: 'GET',
    path: '/contact-jobs',
    summary: 'Counts, bulk operations and other work over many contacts, newest first',
    access: 'contacts:read',
    query: pageQuery,
    status: 200,
    returns: pageOf(ContactJob),
  },
  getContactJob: {
    method: 'GET',
    path: '/contact-jobs/{jobId}',
    summary: 'How far a job is, and to which contacts it could not be done',
    access: 'contacts:read',
    status: 200,
    returns: one(ContactJob),
  },
  undoContactJob: {
    method: 'POST',
    path: '/contact-jobs/{jobId}/undo',
    summary: 'Takes back a bulk change of tags or lists, within a week; what people changed since stays',
    access: 'bulk:run',
    status: 200,
    returns: one(ContactJob),
    errors: ['CONFLICT'],
  },
  undoImport: {
    method: 'POST',
    path: '/uploads/contacts/{jobId}/undo',
    summary: 'Takes back an import, within a week: contacts that it made and nobody changed since are deleted',
    access: 'imports:run',
    status: 200,
    returns: one(ContactJob),
    errors: ['CONFLICT'],
  },
});
