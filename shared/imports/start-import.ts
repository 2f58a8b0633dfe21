import { auditWrites } from '../audit-logs/audit.ts';
import { invalidField } from '../errors.ts';
import { settingsOf } from '../organizations/manage-organization.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller, FormFile } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Objects } from '../platform/objects.ts';
import type { Table } from '../platform/table/table.ts';
import { estimatedProcessingTime, type StartedImport } from './import-job.ts';
import { chosenOptions, type ImportForm, type NewImport } from './import-options.ts';
import { importStore, lookAgainSeconds, type StoredImport } from './import-store.ts';
import { uploadKey } from './jobs.ts';
import { savedMapping } from './manage-mappings.ts';
import { type ImportLists, targetList } from './target-list.ts';

/** How long the presigned URL takes the file. A URL signed by a function ends earlier where its session does. */
const uploadSeconds = 15 * 60;

export interface ImportStarts {
  table: Table;
  uploads: Objects;
  clock: Clock;
  ids: Ids;
  lists: ImportLists;
}

/**
 * Makes a job and says where its file goes; the upload itself starts the work.
 * @throws AppError VALIDATION_ERROR for a list that can't take members, DUPLICATE for the name of one that exists
 */
export const startImport = async (
  services: ImportStarts,
  caller: Caller,
  announced: NewImport,
): Promise<StartedImport> => {
  const { fileSize, contentType } = announced;
  const { started, key, expiresAt } = await announce(services, caller, announced);
  const url = await services.uploads.uploadUrl(key, fileSize, contentType, uploadSeconds);
  return { ...started, upload: { url, method: 'PUT', headers: { 'content-type': contentType }, expiresAt } };
};

/**
 * Makes a job and puts its file, which came with the request: from there it goes as any other upload.
 * @throws AppError as `startImport`; VALIDATION_ERROR for an empty file
 */
export const importForm = async (
  services: ImportStarts,
  caller: Caller,
  { file, ...options }: ImportForm & { file: FormFile },
): Promise<StartedImport> => {
  if (file.bytes.length === 0) throw invalidField('file', 'The file is empty');
  const filename = file.name.trim().slice(0, longestName) || 'contacts';
  const contentType = file.contentType || 'application/octet-stream';
  const announced = { ...options, filename, fileSize: file.bytes.length, contentType };
  const { started, key } = await announce(services, caller, announced);
  await services.uploads.put(key, file.bytes, contentType);
  return { ...started, upload: null };
};

const longestName = 255;

const announce = async (
  { table, clock, ids, lists }: ImportStarts,
  caller: Caller,
  { filename, fileSize, autoStart, listId, listName, mappingId, ...options }: Omit<NewImport, 'contentType'>,
) => {
  const mapping = mappingId === undefined ? undefined : await savedMapping(table, caller, mappingId);
  const target = await targetList(lists, caller, listId, listName);
  const now = clock();
  const id = ids.sequential();
  const expiresAt = isoAfter(now, uploadSeconds);
  const note = {
    action: 'import_started',
    resource: 'import',
    resourceId: id,
    details: { filename, fileSize, ...(target ? { listId: target } : {}) },
  };
  const job: StoredImport = {
    id,
    filename,
    fileSize,
    status: 'pending',
    options: chosenOptions(options, {
      duplicates: 'skip',
      validatePhones: true,
      defaultCountry: options.defaultCountry ?? (await settingsOf(table, caller.organizationId)).defaultCountry,
    }),
    autoStart,
    ...(mapping ? { mapping } : {}),
    ...(target ? { listId: target } : {}),
    createdBy: caller.userId,
    createdAt: now.toISOString(),
    uploadExpiresAt: expiresAt,
    expiryCheckAt: isoAfter(now, uploadSeconds + lookAgainSeconds),
    touchedAt: now.toISOString(),
    phonesDone: 0,
    contestedDone: 0,
    chunksDone: 0,
    checkedChunks: 0,
    checkedValid: 0,
    checkedInvalid: 0,
    valid: 0,
    invalid: 0,
    duplicates: 0,
    imported: 0,
  };
  await importStore(table, caller.organizationId).create(job, auditWrites({ clock, ids }, caller, note));
  const started = {
    jobId: id,
    filename,
    fileSize,
    status: 'pending' as const,
    estimatedProcessingTime: estimatedProcessingTime(fileSize),
    listId: target ?? null,
  };
  return { started, key: uploadKey(caller.organizationId, id), expiresAt };
};
