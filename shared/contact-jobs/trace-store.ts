import * as z from 'zod';
import { traceTtl } from '../contacts/undo-period.ts';
import { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobKeys } from '../platform/table/contact-keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';

/** What a job did to one contact: the difference, so that what others change since stays when it is taken back. */
export const Trace = z.object({
  addedTags: z.array(z.string()).default([]),
  removedTags: z.array(z.string()).default([]),
  joined: z.array(z.string()).default([]),
  left: z.array(z.string()).default([]),
});
export type Trace = z.infer<typeof Trace>;

/** The traces of one job. They go by themselves after a week, some hours later at the worst. */
export const traceStore = (table: Table, organizationId: OrganizationId, jobId: string) => ({
  /** Part of the transaction that changes the contact. */
  write: (contactId: string, trace: Partial<Trace>, now: Date): Write => ({
    put: {
      ...contactJobKeys.trace(organizationId, jobId, contactId),
      ...trace,
      ttl: traceTtl(now),
    },
  }),

  /** Up to `limit` traces of one bucket. */
  page: async (bucket: number, after: Position | undefined, limit: number) => {
    const { items, next } = await table.query({
      pk: contactJobKeys.traceBuckets(organizationId, jobId)[bucket] ?? '',
      after: after?.[1] ?? undefined,
      limit,
      consistent: true,
    });
    return {
      traces: items.map((item) => ({ contactId: item.sk, trace: Trace.parse(item) })),
      next: next === undefined ? undefined : Position.parse([bucket, next]),
    };
  },
});
