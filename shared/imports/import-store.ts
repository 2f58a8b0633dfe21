import { z } from 'zod';
import { isoAfter } from '../platform/clock.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { importKeys } from '../platform/table/contact-keys.ts';
import { dueStore } from '../platform/table/due.ts';
import { and, equals, missing, oneOf } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import type { FilePlan } from './chunk-cutter.ts';
import { columnTargets } from './column.ts';
import { Failure, ImportOptions, ImportStatus } from './import-job.ts';
import { Encoding } from './text-encoding.ts';

/** What the plan found out about the file: all that a worker needs to read a part of it. */
const StoredPlan = z.object({
  encoding: Encoding,
  delimiter: z.string(),
  headers: z.array(z.string()),
  columns: z.array(z.object({ index: z.number(), target: z.enum(columnTargets) })),
  chunkCount: z.number(),
  totalRows: z.number(),
});

export const StoredImport = z.object({
  id: z.string(),
  filename: z.string(),
  fileSize: z.number(),
  status: ImportStatus,
  options: ImportOptions,
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
  chunksDone: z.number().default(0),
  valid: z.number().default(0),
  invalid: z.number().default(0),
  duplicates: z.number().default(0),
  imported: z.number().default(0),
  /** When something last moved: what stands still for long was forgotten by a crash. */
  touchedAt: z.string(),
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

    /** The upload is there: the job is held to that object from now on. Answers false when it was started already. */
    start: (job: StoredImport, etag: string, now: Date): Promise<boolean> =>
      move([
        {
          update: jobKey(job.id),
          change: { set: { status: 'processing', etag, touchedAt: now.toISOString() } },
          if: equals('status', 'pending'),
        },
        due.unwatch(organizationId, job.id, job.expiryCheckAt),
        due.watch(organizationId, job.id, isoAfter(now, lookAgainSeconds)),
      ]),

    /** All chunks stand. Answers false when the job is planned already, or over. */
    planned: async (
      jobId: string,
      { encoding, delimiter, columns, chunkCount, totalRows, ...plan }: FilePlan,
      now: Date,
    ) => {
      const headers = plan.headers.slice(0, mostHeaders).map((header) => header.slice(0, longestHeader));
      const set = {
        plan: { encoding, delimiter, headers, columns, chunkCount, totalRows },
        touchedAt: now.toISOString(),
      };
      return move([
        { update: jobKey(jobId), change: { set }, if: and(equals('status', 'processing'), missing('plan')) },
      ]);
    },

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
