import { z } from 'zod';

/** Errors that a job shows, the first by row; all of them are in the errors file. */
export const mostShownErrors = 100;

export const ImportStatus = z.enum(['pending', 'processing', 'completed', 'failed']);
export type ImportStatus = z.infer<typeof ImportStatus>;

/**
 * Where a job is on its way: `upload` (its file is awaited), `reading`, `ready` (it waits to be executed), `importing`,
 * `over`.
 */
export const ImportStage = z.enum(['upload', 'reading', 'ready', 'importing', 'over']);
export type ImportStage = z.infer<typeof ImportStage>;

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
    upload: Upload.nullable().meta({ description: 'null: the file came with the form' }),
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
  'TOO_LARGE',
  'HEADER_TOO_LONG',
  'NO_CONTACT_COLUMN',
  'NO_ROWS',
  'UNCLOSED_QUOTE',
  'NOT_EXECUTED',
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
  'TIME_ZONE_UNKNOWN',
  'CONSENT_REFUSED',
  'ENDPOINT_INACTIVE',
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
    stage: ImportStage.meta({
      description: 'A job that is not to start by itself may be previewed and executed once it is `ready`',
    }),
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
