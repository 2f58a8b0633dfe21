import * as z from 'zod';
import { ContactIds, ContactJob, ExportFormat } from '../contact-jobs/contact-job.ts';
import { ContactFilter } from '../contacts/contact-filter.ts';

/** For how long a file is kept; the bucket's rule is the same. */
export const keptSeconds = 7 * 24 * 3600;

/** What to export; without ids and filter, all contacts. */
export const NewContactExport = z
  .strictObject({
    format: ExportFormat.default('csv'),
    contactIds: ContactIds.optional(),
    filter: ContactFilter.optional(),
  })
  .refine(({ contactIds, filter }) => contactIds === undefined || filter === undefined, {
    path: ['filter'],
    error: 'Give contactIds or filter, and not both',
  })
  .meta({ id: 'NewContactExport', examples: [{ format: 'csv', filter: { status: 'active', tags: ['vip'] } }] });
export type NewContactExport = z.infer<typeof NewContactExport>;

const ContactFile = z
  .object({
    url: z.url(),
    expiresAt: z.iso.datetime().meta({ description: 'Of the URL; asked again, the export answers a fresh one' }),
    bytes: z.number().int(),
    rows: z.number().int(),
    format: ExportFormat,
    filename: z.string(),
  })
  .meta({ id: 'ContactFile' });

/** An export as the API shows it. */
export const ContactExport = ContactJob.extend({
  format: ExportFormat,
  file: ContactFile.nullable().meta({ description: 'As soon as it is there, for a week' }),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
}).meta({ id: 'ContactExport' });
export type ContactExport = z.infer<typeof ContactExport>;
