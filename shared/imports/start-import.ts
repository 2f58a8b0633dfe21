import { auditWrites } from '../audit-logs/audit.ts';
import type { ContactList, NewContactList } from '../contact-lists/contact-list.ts';
import { AppError, invalidField } from '../errors.ts';
import { settingsOf } from '../organizations/manage-organization.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Objects } from '../platform/objects.ts';
import type { Table } from '../platform/table/table.ts';
import { estimatedProcessingTime, type NewImport, type StartedImport } from './import-job.ts';
import { importStore, lookAgainSeconds, type StoredImport } from './import-store.ts';
import { uploadKey } from './jobs.ts';

/** How long the presigned URL takes the file. A URL signed by a function ends earlier where its session does. */
const uploadSeconds = 15 * 60;

export interface ImportStarts {
  table: Table;
  uploads: Objects;
  clock: Clock;
  ids: Ids;
  lists: {
    /** @throws AppError NOT_FOUND */
    find(caller: Caller, listId: string): Promise<ContactList>;
    /** @throws AppError DUPLICATE */
    create(caller: Caller, list: NewContactList): Promise<ContactList>;
  };
}

/**
 * Makes a job and says where its file goes; the upload itself starts the work.
 * @throws AppError VALIDATION_ERROR for a list that can't take members, DUPLICATE for the name of one that exists
 */
export const startImport = async (
  { table, uploads, clock, ids, lists }: ImportStarts,
  caller: Caller,
  { filename, fileSize, contentType, listId, listName, ...options }: NewImport,
): Promise<StartedImport> => {
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
    options: {
      ...options,
      defaultCountry: options.defaultCountry ?? (await settingsOf(table, caller.organizationId)).defaultCountry,
    },
    ...(target ? { listId: target } : {}),
    createdBy: caller.userId,
    createdAt: now.toISOString(),
    uploadExpiresAt: expiresAt,
    expiryCheckAt: isoAfter(now, uploadSeconds + lookAgainSeconds),
    touchedAt: now.toISOString(),
    chunksDone: 0,
    valid: 0,
    invalid: 0,
    duplicates: 0,
    imported: 0,
  };
  await importStore(table, caller.organizationId).create(job, auditWrites({ clock, ids }, caller, note));
  const key = uploadKey(caller.organizationId, id);
  return {
    jobId: id,
    filename,
    fileSize,
    status: 'pending',
    estimatedProcessingTime: estimatedProcessingTime(fileSize),
    listId: target ?? null,
    upload: {
      url: await uploads.uploadUrl(key, fileSize, contentType, uploadSeconds),
      method: 'PUT',
      headers: { 'content-type': contentType },
      expiresAt,
    },
  };
};

const targetList = async (
  lists: ImportStarts['lists'],
  caller: Caller,
  listId: string | undefined,
  listName: string | undefined,
): Promise<string | undefined> => {
  if (listName !== undefined)
    return (await lists.create(caller, { name: listName }).catch((error: unknown) => renamed(error))).id;
  if (listId === undefined) return undefined;
  const list = await lists.find(caller, listId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') throw invalidField('listId', 'Contact list not found');
    throw error;
  });
  if (list.kind === 'derived')
    throw invalidField('listId', 'This list follows from others: import into one of those, or into a new one');
  return list.id;
};

/** A list's `name` is this request's `listName`. */
const renamed = (error: unknown): never => {
  if (error instanceof AppError && error.code === 'DUPLICATE')
    throw new AppError('DUPLICATE', error.message, { ...error.details, field: 'listName' });
  throw error;
};
