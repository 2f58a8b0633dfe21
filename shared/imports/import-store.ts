import { z } from 'zod';
import { isoAfter } from '../platform/clock.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { importKeys } from '../platform/table/contact-keys.ts';
import { dueStore } from '../platform/table/due.ts';
import { and, differs, equals, exists, missing, oneOf, or } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import type { FilePlan } from './chunk-cutter.ts';
import { Column } from './column.ts';
import { FileFormat } from './file-format.ts';
import { Failure, ImportStatus } from './import-job.ts';
import { ImportOptions } from './import-options.ts';
import { Mapping } from './mapping.ts';
import { Encoding } from './text-encoding.ts';

/** What the plan found out about the file: all that a worker needs to read a part of it. */
const StoredPlan = z.object({
  encoding: Encoding,
  delimiter: z.string(),
  headers: z.array(z.string()),
  /** The bytes of the header row, which may be longer than what is kept of it here; none where the file has none. */
  headerFrom: z.number(),
  headerTo: z.number(),
  format: FileFormat.default('csv'),
  compressed: z.boolean().default(false),
  /** The object that was made of the upload, where that is no delimited text itself. */
  converted: z.object({ step: z.number(), etag: z.string() }).optional(),
  columns: z.array(Column.extend({ confidence: z.number().default(1) })),
  chunkCount: z.number(),
  totalRows: z.number(),
});

/** What the upload was before it became delimited text. */
export type FileOrigin = Pick<z.infer<typeof StoredPlan>, 'format' | 'compressed' | 'converted'>;

/** What a dry run goes by: all that decides whether a row is valid and whom it is about. */
export const CheckSettings = ImportOptions.pick({ validatePhones: true, defaultCountry: true }).extend({
  columns: z.array(Column),
});
export type CheckSettings = z.infer<typeof CheckSettings>;

/** What a dry run came to; null where a file has more rows than can be compared. */
const CheckResult = z.object({ ofContacts: z.number().nullable(), inFile: z.number().nullable() });
export type CheckResult = z.infer<typeof CheckResult>;

export const StoredImport = z.object({
  id: z.string(),
  filename: z.string(),
  fileSize: z.number(),
  status: ImportStatus,
  options: ImportOptions,
  /** Otherwise it waits, when it is planned, until somebody executes it. */
  autoStart: z.boolean().default(true),
  /** A saved mapping as it was when the import was announced. */
  mapping: Mapping.optional(),
  listId: z.string().optional(),
  createdBy: z.string(),
  createdAt: z.string(),
  /** Until when the presigned URL takes the file. */
  uploadExpiresAt: z.string(),
  /** When the schedule looks whether the file ever came. */
  expiryCheckAt: z.string(),
  /** The very object that was planned: every read is held to it. */
  etag: z.string().optional(),
  plan: StoredPlan.optional(),
  /** Chunks whose rows with a phone are done, those whose contested addresses are settled as well, and those that are done. */
  phonesDone: z.number().default(0),
  contestedDone: z.number().default(0),
  chunksDone: z.number().default(0),
  valid: z.number().default(0),
  invalid: z.number().default(0),
  duplicates: z.number().default(0),
  imported: z.number().default(0),
  /** When something last moved: what stands still for long was forgotten by a crash. */
  touchedAt: z.string(),
  /** The dry run, when there is one: the same settings have the same id. */
  checkId: z.string().optional(),
  checkSettings: CheckSettings.optional(),
  checkedChunks: z.number().default(0),
  checkedValid: z.number().default(0),
  checkedInvalid: z.number().default(0),
  checkResult: CheckResult.optional(),
  completedAt: z.string().optional(),
  failure: Failure.optional(),
});
export type StoredImport = z.infer<typeof StoredImport>;

/** Headers that are kept to name a faulty row's cells: an item ends at 400 KB. */
const mostHeaders = 200;
const longestHeader = 100;

/** The schedule looks at a running job after this long, and so long after an upload’s URL has expired. */
export const lookAgainSeconds = 30;

const jobOf = (item: { sk: string }) => StoredImport.parse({ ...item, id: item.sk });

export const importStore = (table: Table, organizationId: OrganizationId) => {
  const jobKey = (jobId: string) => importKeys.job(organizationId, jobId);
  const due = dueStore(table, 'imports');

  /** Answers whether the job was as it had to be. */
  const move = async (writes: readonly Write[]): Promise<boolean> => {
    return unlessRefused(() => table.transact(writes));
  };

  return {
    create: async ({ id, ...job }: StoredImport, others: readonly Write[] = []): Promise<void> => {
      const writes: Write[] = [
        { put: { ...jobKey(id), ...job }, if: missing('pk') },
        due.watch(organizationId, id, job.expiryCheckAt),
        ...others,
      ];
      await table.transact(writes);
    },

    get: async (jobId: string): Promise<StoredImport | undefined> => {
      const item = await table.get(jobKey(jobId), { consistent: true });
      return item && jobOf(item);
    },

    page: async (after: Position | undefined, limit: number) => {
      const partitions = [importKeys.jobs(organizationId)];
      const { items, next } = await walk(table, { partitions, reverse: true }, { after, limit });
      return { items: items.map(jobOf), next };
    },

    /** The upload is there: the job is held to that object from now on. Answers false when another was there before. */
    start: (job: StoredImport, etag: string, now: Date): Promise<boolean> =>
      move([
        {
          update: jobKey(job.id),
          change: {
            set: { ...(job.autoStart ? { status: 'processing' } : {}), etag, touchedAt: now.toISOString() },
          },
          if: and(equals('status', 'pending'), missing('etag')),
        },
        due.unwatch(organizationId, job.id, job.expiryCheckAt),
        due.watch(organizationId, job.id, isoAfter(now, lookAgainSeconds)),
      ]),

    /** All chunks stand. Answers false when the job is planned already, or over. */
    planned: async (
      jobId: string,
      { dataStart: _dataStart, guessed: _guessed, ...found }: FilePlan & FileOrigin,
      now: Date,
    ) => {
      const headers = found.headers.slice(0, mostHeaders).map((header) => header.slice(0, longestHeader));
      const set = { plan: { ...found, headers }, touchedAt: now.toISOString() };
      const waits = and(oneOf('status', ['pending', 'processing']), exists('etag'), missing('plan'));
      return move([{ update: jobKey(jobId), change: { set }, if: waits }]);
    },

    /**
     * A job that waited goes on, with what was chosen for it. `refused` says which of `others` (by their place) did
     * not hold, `started` that the job waits no more.
     */
    execute: async (
      jobId: string,
      { columns, options, listId }: { columns: Column[]; options: ImportOptions; listId: string | undefined },
      now: Date,
      others: readonly Write[],
    ): Promise<'done' | 'started' | 'refused'> => {
      const list = listId === undefined ? {} : { listId };
      const set = { status: 'processing', 'plan.columns': columns, options, ...list, touchedAt: now.toISOString() };
      const writes: Write[] = [
        { update: jobKey(jobId), change: { set }, if: and(equals('status', 'pending'), exists('plan')) },
        due.watch(organizationId, jobId, isoAfter(now, lookAgainSeconds)),
        ...others,
      ];
      try {
        await table.transact(writes);
        return 'done';
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        return error.refused.has(0) ? 'started' : 'refused';
      }
    },

    /** A dry run begins anew, unless it is this very one that runs or is over. */
    startCheck: (jobId: string, checkId: string, checkSettings: CheckSettings, now: Date): Promise<boolean> =>
      move([
        {
          update: jobKey(jobId),
          change: {
            set: {
              checkId,
              checkSettings,
              checkedChunks: 0,
              checkedValid: 0,
              checkedInvalid: 0,
              touchedAt: now.toISOString(),
            },
            remove: ['checkResult'],
          },
          if: and(equals('status', 'pending'), exists('plan'), or(missing('checkId'), differs('checkId', checkId))),
        },
        due.watch(organizationId, jobId, isoAfter(now, lookAgainSeconds)),
      ]),

    /** The dry run is over. Answers false when another has begun. */
    endCheck: (jobId: string, checkId: string, checkResult: CheckResult): Promise<boolean> =>
      move([{ update: jobKey(jobId), change: { set: { checkResult } }, if: equals('checkId', checkId) }]),

    /** Answers whether this call completed the job. */
    complete: (jobId: string, now: Date, others: readonly Write[] = []): Promise<boolean> =>
      move([
        {
          update: jobKey(jobId),
          change: { set: { status: 'completed', completedAt: now.toISOString() } },
          if: equals('status', 'processing'),
        },
        ...others,
      ]),

    /** Ends the job for good, unless it is over. */
    fail: async (jobId: string, failure: Failure, now: Date): Promise<void> => {
      await move([
        {
          update: jobKey(jobId),
          change: { set: { status: 'failed', failure, completedAt: now.toISOString() } },
          if: oneOf('status', ['pending', 'processing']),
        },
      ]);
    },
  };
};
