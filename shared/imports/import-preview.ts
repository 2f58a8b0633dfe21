import { z } from 'zod';
import { ColumnTarget } from './column.ts';
import { FileFormat } from './file-format.ts';
import { RowErrorCode } from './import-job.ts';
import { ImportOptions } from './import-options.ts';

const Fault = z.object({ code: RowErrorCode, field: z.string(), error: z.string() });

/** A contact as its row would make it: only what the row holds. */
const PreviewedContact = z.object({
  phone: z.string().nullable().meta({ description: 'E.164' }),
  email: z.string().nullable(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  company: z.string().optional(),
  title: z.string().optional(),
  address: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  zip: z.string().optional(),
  country: z.string().optional(),
  timeZone: z.string().optional(),
  leadStatus: z.string().optional(),
  tags: z.array(z.string()).optional(),
  customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  notes: z.string().optional(),
  optedOut: z.boolean().meta({ description: 'The row says that the person wants no messages' }),
  consent: z
    .object({
      source: z.string().optional(),
      at: z.iso.datetime().optional(),
      ip: z.string().optional(),
      wording: z.string().optional(),
      url: z.string().optional(),
    })
    .nullable(),
});

/** What an import that waits would come to. */
export const ImportPreview = z
  .object({
    jobId: z.uuid(),
    filename: z.string(),
    format: FileFormat.meta({ description: 'What the file is, by its bytes' }),
    compressed: z.boolean(),
    encoding: z.string(),
    delimiter: z.string(),
    headerRow: z.number().int().nullable().meta({ description: '1, or null for a file without a header row' }),
    columns: z.array(
      z.object({
        name: z.string().meta({ description: 'By which a mapping calls the column' }),
        header: z.string(),
        target: ColumnTarget.nullable().meta({ description: 'What it fills; null: it is left out' }),
        confidence: z.number().min(0).max(1),
        samples: z.array(z.string()),
      }),
    ),
    options: ImportOptions,
    rows: z.array(
      z.object({
        row: z.number().int(),
        contact: PreviewedContact.nullable(),
        errors: z.array(Fault),
        warnings: z.array(Fault),
      }),
    ),
    counts: z
      .object({
        final: z.boolean().meta({ description: 'false: the file is still being read; the same request tells more' }),
        progress: z.number().int().min(0).max(100),
        totalRows: z.number().int(),
        validContacts: z.number().int(),
        invalidContacts: z.number().int(),
        duplicates: z
          .number()
          .int()
          .nullable()
          .meta({ description: 'null until the counts are final, and of more than 11 million rows' }),
        duplicatesOfContacts: z.number().int().nullable(),
        duplicatesInFile: z.number().int().nullable(),
        newContacts: z.number().int().nullable(),
      })
      .meta({ id: 'ImportPreviewCounts' }),
  })
  .meta({ id: 'ImportPreview' });
export type ImportPreview = z.infer<typeof ImportPreview>;
