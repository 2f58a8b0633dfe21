import { z } from 'zod';

/** The largest file: S3 takes it in one PUT, and its rows in a day's time anywhere. */
export const mostFileBytes = 1024 ** 3;

/** Errors that a job shows, the first by row; all of them are in the errors file. */
export const mostShownErrors = 100;

export const NewImport = z
  .strictObject({
    filename: z.string().trim().min(1).max(255),
    fileSize: z
      .number()
      .int()
      .min(1, 'The file is empty')
      .max(mostFileBytes, 'The file may have 1 GiB at the most')
      .meta({ description: 'Bytes; the upload takes exactly as many' }),
    contentType: z
      .string()
      .max(100)
      .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/, 'A media type, as in text/csv')
      .default('text/csv'),
    listId: z.uuid().toLowerCase().optional().meta({ description: 'Every valid row joins this list' }),
    listName: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .optional()
      .meta({ description: 'Makes a list, which every valid row joins' }),
    skipDuplicates: z
      .boolean()
      .default(true)
      .meta({ description: 'false: a contact that exists takes what its row holds; otherwise it stays as it is' }),
    validatePhones: z
      .boolean()
      .default(true)
      .meta({ description: 'false: a row with an e-mail address is imported without its phone when that is invalid' }),
    defaultCountry: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{2}$/, 'Two letters, as in US')
      .optional()
      .meta({ description: 'Of phones without a country code; else the organization’s' }),
  })
  .refine(({ listId, listName }) => !(listId && listName), {
    path: ['listName'],
    error: 'Give listId or listName, not both',
  })
  .meta({ id: 'NewImport', examples: [{ filename: 'contacts.csv', fileSize: 136890, listName: 'New leads' }] });
export type NewImport = z.infer<typeof NewImport>;

export const ImportOptions = z.object({
  skipDuplicates: z.boolean(),
  validatePhones: z.boolean(),
  defaultCountry: z.string(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const ImportStatus = z.enum(['pending', 'processing', 'completed', 'failed']);
export type ImportStatus = z.infer<typeof ImportStatus>;

/** Where and how to put the file: the headers are part of the signature. */
const Upload = z
  .object({
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'ImportUpload' });

export const StartedImport = z
  .object({
    jobId: z.uuid(),
    filename: z.string(),
    fileSize: z.number().int(),
    status: z.literal('pending'),
    estimatedProcessingTime: z.string(),
    listId: z.uuid().nullable(),
    upload: Upload,
  })
  .meta({ id: 'StartedImport' });
export type StartedImport = z.infer<typeof StartedImport>;

/** Why a whole import could not be done. Each is about the file or the upload; a row's own faults are row errors. */
export const FailureCode = z.enum([
  'UPLOAD_EXPIRED',
  'UPLOAD_REPLACED',
  'SIZE_MISMATCH',
  'EMPTY_FILE',
  'NOT_CSV',
  'SPREADSHEET',
  'COMPRESSED',
  'HEADER_TOO_LONG',
  'NO_CONTACT_COLUMN',
  'NO_ROWS',
  'UNCLOSED_QUOTE',
]);
export type FailureCode = z.infer<typeof FailureCode>;

export const Failure = z.object({ code: FailureCode, message: z.string() }).meta({ id: 'ImportFailure' });
export type Failure = z.infer<typeof Failure>;

/** What becomes of the rows: `totalRows = valid + invalid`, `valid = imported + duplicates`, `skipped = invalid + duplicates`. */
export const ImportResults = z
  .object({
    totalRows: z.number().int(),
    validContacts: z.number().int(),
    invalidContacts: z.number().int(),
    duplicates: z.number().int(),
    imported: z.number().int(),
    skipped: z.number().int(),
  })
  .meta({ id: 'ImportResults' });
export type ImportResults = z.infer<typeof ImportResults>;

export const RowErrorCode = z.enum([
  'PHONE_MISSING',
  'PHONE_DAMAGED',
  'PHONE_HAS_LETTERS',
  'PHONE_SEVERAL',
  'PHONE_TOO_SHORT',
  'PHONE_TOO_LONG',
  'PHONE_AREA_CODE',
  'PHONE_EXCHANGE',
  'PHONE_INVALID',
  'EMAIL_INVALID',
  'INVALID_FIELD',
  'ROW_TOO_LONG',
  'QUOTE_NOT_CLOSED',
  'EMAIL_TAKEN',
]);

export type RowErrorCode = z.infer<typeof RowErrorCode>;

/** What is wrong with a row, with the row's own cells by their header. */
export const RowError = z
  .object({
    row: z.number().int().meta({ description: 'As a spreadsheet counts: the header is row 1' }),
    error: z.string(),
    data: z.record(z.string(), z.string()),
    field: z.string(),
    code: RowErrorCode,
  })
  .meta({ id: 'RowError' });
export type RowError = z.infer<typeof RowError>;

export const ImportSummary = z
  .object({
    id: z.uuid(),
    filename: z.string(),
    fileSize: z.number().int(),
    status: ImportStatus,
    progress: z.number().int().min(0).max(100),
    results: ImportResults,
    listId: z.uuid().nullable(),
    failure: Failure.nullable(),
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ImportSummary' });
export type ImportSummary = z.infer<typeof ImportSummary>;

export const ImportJob = ImportSummary.extend({
  validationErrors: z.array(RowError).meta({ description: 'The first hundred rows that could not be imported' }),
  errorsUrl: z.url().nullable().meta({ description: 'All row errors as CSV, when the import is over and had any' }),
  warnings: z.array(RowError).meta({ description: 'The first hundred rows that were imported, but not all they hold' }),
}).meta({ id: 'ImportJob' });
export type ImportJob = z.infer<typeof ImportJob>;

/** How long a file of this size takes, for people to plan by. Rows of some 100 bytes, some 1,500 a second. */
export const estimatedProcessingTime = (bytes: number): string => {
  const seconds = bytes / 100 / 1500;
  if (seconds < 60) return 'less than a minute';
  const minutes = Math.ceil(seconds / 60);
  return `${minutes}-${Math.ceil(minutes * 1.5)} minutes`;
};
