import * as z from 'zod';
import { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, missing } from '../platform/table/expression.ts';
import { dncKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { Scrub } from './scrub.ts';

/** A scrub with how far its plan and its runs have come. */
const StoredScrub = Scrub.extend({
  dncListIds: z.array(z.uuid()),
  createCleanList: z.boolean(),
  cleanListName: z.string(),
  createdBy: z.object({ id: z.string(), name: z.string() }),
  /** Executions begun: each has a name of its own. */
  runs: z.number().int(),
  plannedSlices: z.number().int(),
  /** Where the audience goes on; null when all of it is planned. */
  planPosition: Position.nullable(),
  planned: z.boolean(),
});
export type StoredScrub = z.infer<typeof StoredScrub>;

/** The scrubs of an organization. */
export const scrubStore = (table: Table, organizationId: OrganizationId) => {
  const key = (scrubId: string) => dncKeys.scrub(organizationId, scrubId);

  return {
    get: async (scrubId: string) => {
      const item = await table.get(key(scrubId), { consistent: true });
      return item && StoredScrub.parse(item);
    },

    createWrite: (scrub: StoredScrub): Write => ({ put: { ...key(scrub.id), ...scrub }, if: missing('pk') }),

    /** Moves the plan on by a page of slices. Answers false when another run of the plan was first. */
    planOn: (scrub: StoredScrub, next: { slices: number; contacts: number; position: Position | undefined }) =>
      unlessRefused(() =>
        table.update(
          key(scrub.id),
          {
            set: {
              plannedSlices: scrub.plannedSlices + next.slices,
              totalContacts: next.contacts,
              planPosition: next.position ?? null,
              planned: next.position === undefined,
            },
          },
          and(equals('plannedSlices', scrub.plannedSlices), equals('planned', false)),
        ),
      ),

    /** Counts a slice once, however often it is checked. */
    countSlice: (scrubId: string, slice: number, counts: { checked: number; matched: number }) =>
      unlessRefused(() =>
        table.transact([
          { put: { ...dncKeys.scrubBatch(organizationId, scrubId, String(slice)), ...counts }, if: missing('pk') },
          { update: key(scrubId), change: { add: { checkedContacts: counts.checked, matchedDNC: counts.matched } } },
        ]),
      ),

    nextRun: async (scrubId: string) => {
      const { runs } = StoredScrub.parse(
        await table.update(key(scrubId), { add: { runs: 1 } }, equals('status', 'processing')),
      );
      return runs;
    },

    /** Ends a scrub that still runs. Answers false when it had ended. */
    end: (scrubId: string, set: Partial<StoredScrub>) =>
      unlessRefused(() => table.update(key(scrubId), { set }, equals('status', 'processing'))),
  };
};
