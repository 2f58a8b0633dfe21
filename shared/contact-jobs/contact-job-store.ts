import * as z from 'zod';
import { isoAfter } from '../platform/clock.ts';
import { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobKeys } from '../platform/table/contact-keys.ts';
import { dueStore } from '../platform/table/due.ts';
import { and, equals, missing } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import { JobError, JobRequest, JobStatus, mostShownErrors } from './contact-job.ts';

/** Who a job works for: what its audit entries say. */
const JobActor = z.object({
  kind: z.enum(['user', 'api-key', 'federated']),
  userId: z.string(),
  name: z.string(),
  homeOrganizationId: z.string(),
  sourceIp: z.string(),
  userAgent: z.string(),
});

export const StoredJob = z.object({
  id: z.string(),
  request: JobRequest,
  status: JobStatus,
  actor: JobActor,
  parts: z.number(),
  partsDone: z.number().default(0),
  /** Contacts that it will look at, as far as the start could tell; and those it has looked at. */
  expected: z.number(),
  examined: z.number().default(0),
  processed: z.number().default(0),
  successful: z.number().default(0),
  failed: z.number().default(0),
  createdAt: z.string(),
  touchedAt: z.string(),
  completedAt: z.string().optional(),
  undoneBy: z.string().optional(),
  /** How far the gathering after the last part is, in the words of its kind; `gatherings` counts its steps. */
  gathered: z.record(z.string(), z.unknown()).optional(),
  gatherings: z.number().optional(),
  /** What its last step found out, in the words of its kind. */
  result: z.record(z.string(), z.unknown()).optional(),
});
export type StoredJob = z.infer<typeof StoredJob>;

/** How far a part is. `held` are contacts that it is about to change: after a crash, the same ones again. */
export const StoredPart = z.object({
  index: z.number(),
  status: z.enum(['pending', 'done']),
  step: z.number(),
  contactIds: z.array(z.string()).optional(),
  position: Position.optional(),
  held: z.object({ contactIds: z.array(z.string()), next: Position.nullable() }).optional(),
  noted: z.array(z.string()).optional(),
});
export type StoredPart = z.infer<typeof StoredPart>;

/** What one step of a part did, and where the part goes on. */
export interface StepOutcome {
  /** Absent: the part is done, unless it holds something. */
  next?: Position | undefined;
  held?: StoredPart['held'];
  /** What the part has met so far, for the gathering; absent: as before. */
  noted?: readonly string[];
  examined: number;
  processed: number;
  successful: number;
  errors: readonly JobError[];
}

/** The schedule looks at a job that stands still for so long. */
export const lookAgainSeconds = 60;

const jobOf = (item: { sk: string }) => StoredJob.parse({ ...item, id: item.sk });

/** The jobs of an organization over many contacts, with their parts. */
export const contactJobStore = (table: Table, organizationId: OrganizationId) => {
  const jobKey = (jobId: string) => contactJobKeys.job(organizationId, jobId);
  const partKey = (jobId: string, index: number) => contactJobKeys.part(organizationId, jobId, index);
  const errorsKey = (jobId: string, index: number, step: number) =>
    contactJobKeys.errors(organizationId, jobId, index, step);
  const due = dueStore(table, 'contact-jobs');

  return {
    /**
     * Makes a job with its parts, up to ninety of them. Each part of `named` has its contacts by id. Answers false when
     * one of `others` did not hold.
     */
    create: async (
      { id, ...job }: StoredJob,
      named: readonly (readonly string[])[] | undefined,
      others: readonly Write[],
    ): Promise<boolean> => {
      const parts = Array.from({ length: job.parts }, (_, index) => ({
        put: {
          ...partKey(id, index),
          index,
          status: 'pending',
          step: 0,
          ...(named ? { contactIds: named[index] } : {}),
        },
      }));
      const watch = due.watch(organizationId, id, isoAfter(new Date(job.createdAt), lookAgainSeconds));
      const writes: Write[] = [{ put: { ...jobKey(id), ...job }, if: missing('pk') }, ...parts, watch, ...others];
      return unlessRefused(() => table.transact(writes));
    },

    get: async (jobId: string): Promise<StoredJob | undefined> => {
      const item = await table.get(jobKey(jobId), { consistent: true });
      return item && jobOf(item);
    },

    page: async (after: Position | undefined, limit: number) => {
      const partitions = [contactJobKeys.jobs(organizationId)];
      const { items, next } = await walk(table, { partitions, reverse: true }, { after, limit });
      return { items: items.map(jobOf), next };
    },

    part: async (jobId: string, index: number): Promise<StoredPart | undefined> => {
      const item = await table.get(partKey(jobId, index), { consistent: true });
      return item && StoredPart.parse(item);
    },

    /** All of them, in their order. */
    parts: async (jobId: string): Promise<StoredPart[]> => {
      const pk = contactJobKeys.parts(organizationId, jobId);
      const found: StoredPart[] = [];
      let after: string | undefined;
      do {
        const page = await table.query({ pk, prefix: contactJobKeys.partPrefix, after, consistent: true });
        found.push(...page.items.map((item) => StoredPart.parse(item)));
        after = page.next;
      } while (after !== undefined);
      return found;
    },

    /** The first hundred errors, part by part. */
    errors: async (jobId: string): Promise<JobError[]> => {
      const pk = contactJobKeys.parts(organizationId, jobId);
      const { items } = await table.query({
        pk,
        prefix: contactJobKeys.errorPrefix,
        limit: mostShownErrors,
        consistent: true,
      });
      return items
        .flatMap((item) => z.object({ errors: z.array(JobError) }).parse(item).errors)
        .slice(0, mostShownErrors);
    },

    /** A step's one moment: the part moves and everything counts. Answers false when it was made before, or the job is over. */
    step: (job: StoredJob, part: StoredPart, outcome: StepOutcome, now: Date): Promise<boolean> => {
      const { next, held, noted, examined, processed, successful, errors } = outcome;
      const done = next === undefined && held === undefined;
      const writes: Write[] = [
        {
          update: partKey(job.id, part.index),
          change: {
            set: {
              status: done ? 'done' : 'pending',
              step: part.step + 1,
              ...(next === undefined ? {} : { position: next }),
              ...(held === undefined ? {} : { held }),
              ...(noted === undefined ? {} : { noted }),
            },
            remove: held === undefined ? ['held'] : [],
          },
          if: equals('step', part.step),
        },
        {
          update: jobKey(job.id),
          change: {
            add: { examined, processed, successful, failed: errors.length, partsDone: done ? 1 : 0 },
            set: { touchedAt: now.toISOString() },
          },
          if: equals('status', 'processing'),
        },
        ...(errors.length > 0
          ? [{ put: { ...errorsKey(job.id, part.index, part.step), errors: errors.slice(0, mostShownErrors) } }]
          : []),
      ];
      return unlessRefused(() => table.transact(writes));
    },

    /** One step of the gathering. Answers false when it was made before, or the job is over. */
    gather: (job: StoredJob, gathered: Record<string, unknown>, now: Date): Promise<boolean> =>
      unlessRefused(() =>
        table.update(
          jobKey(job.id),
          { set: { gathered, touchedAt: now.toISOString() }, add: { gatherings: 1 } },
          and(
            equals('status', 'processing'),
            job.gatherings === undefined ? missing('gatherings') : equals('gatherings', job.gatherings),
          ),
        ),
      ),

    /** Answers whether this call ended the job. */
    end: (
      jobId: string,
      status: 'completed' | 'failed',
      result: Record<string, unknown> | undefined,
      now: Date,
      others: readonly Write[] = [],
    ): Promise<boolean> =>
      unlessRefused(() =>
        table.transact([
          {
            update: jobKey(jobId),
            change: {
              set: { status, completedAt: now.toISOString(), ...(result ? { result } : {}) },
              remove: ['gathered'],
            },
            if: equals('status', 'processing'),
          },
          ...others,
        ]),
      ),

    /** The write that marks a job as taken back by another, once. */
    undoneByWrite: (jobId: string, undoId: string): Write => ({
      update: jobKey(jobId),
      change: { set: { undoneBy: undoId } },
      if: missing('undoneBy'),
    }),
  };
};
