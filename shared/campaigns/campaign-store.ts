import * as z from 'zod';
import { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, type Condition, equals, missing, oneOf } from '../platform/table/expression.ts';
import { campaignKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import { Campaign, type CampaignStatus } from './campaign.ts';

/** A campaign with how far its plan and its runs have come. */
const StoredCampaign = Campaign.omit({ counts: true, segments: true }).extend({
  /** Executions begun: each has a name of its own, and only the last one may go on. */
  run: z.number().int(),
  /** The merge fields that targets carry. */
  fields: z.array(z.string()),
  plannedSlices: z.number().int(),
  /** Where the audience goes on; null before the first slice. */
  planPosition: Position.nullable(),
  planned: z.boolean(),
});
export type StoredCampaign = z.infer<typeof StoredCampaign>;

/** The campaigns of an organization. */
export const campaignStore = (table: Table, organizationId: OrganizationId) => {
  const key = (campaignId: string) => campaignKeys.campaign(organizationId, campaignId);
  const ofRun = (run: number): Condition => and(equals('status', 'running'), equals('run', run));

  return {
    get: async (campaignId: string) => {
      const item = await table.get(key(campaignId), { consistent: true });
      return item && StoredCampaign.parse(item);
    },

    page: async (after: Position | undefined, limit: number) => {
      const partitions = [campaignKeys.campaigns(organizationId)];
      const { items, next } = await walk(table, { partitions, reverse: true }, { after, limit });
      return { items: items.map((item) => StoredCampaign.parse(item)), next };
    },

    create: (campaign: StoredCampaign, others: readonly Write[] = []) =>
      table.transact([{ put: { ...key(campaign.id), ...campaign }, if: missing('pk') }, ...others]),

    /** Answers false when status or version is not as it was read. */
    change: (
      { id, status, version }: StoredCampaign,
      set: Partial<StoredCampaign>,
      others: readonly Write[] = [],
    ): Promise<boolean> => {
      const asRead = and(equals('status', status), equals('version', version));
      return unlessRefused(() =>
        table.transact([{ update: key(id), change: { set, add: { version: 1 } }, if: asRead }, ...others]),
      );
    },

    removeDraft: (campaignId: string, others: readonly Write[] = []) =>
      unlessRefused(() => table.transact([{ delete: key(campaignId), if: equals('status', 'draft') }, ...others])),

    /** Begins a run of a campaign as it was read, together with `others`. Answers false when it is not as it was read. */
    begin: (campaign: StoredCampaign, set: Partial<StoredCampaign>, others: readonly Write[]) =>
      unlessRefused(() =>
        table.transact([
          {
            update: key(campaign.id),
            change: {
              set: { ...set, status: 'running' satisfies CampaignStatus, run: campaign.run + 1, problem: null },
            },
            if: and(
              equals('status', campaign.status),
              equals('run', campaign.run),
              equals('version', campaign.version),
            ),
          },
          ...others,
        ]),
      ),

    /** Puts another run in the place of one that ended too early. */
    beginAnew: ({ id, run }: StoredCampaign) =>
      unlessRefused(() => table.update(key(id), { set: { run: run + 1 } }, ofRun(run))),

    pause: (campaignId: string, now: string, others: readonly Write[] = []) =>
      unlessRefused(() =>
        table.transact([
          {
            update: key(campaignId),
            change: { set: { status: 'paused', updatedAt: now } },
            if: equals('status', 'running'),
          },
          ...others,
        ]),
      ),

    /** Ends a run, unless the campaign was paused or begun anew meanwhile. */
    end: (campaignId: string, run: number, set: Partial<StoredCampaign>) =>
      unlessRefused(() => table.update(key(campaignId), { set }, ofRun(run))),

    /**
     * Moves the plan on by a slice, with what else stands or falls with it. A paused campaign's plan may be finished:
     * nothing is sent by it.
     */
    planOn: (
      { id, plannedSlices }: StoredCampaign,
      next: Position | undefined,
      slices: number,
      others: readonly Write[],
    ) =>
      unlessRefused(() =>
        table.transact([
          {
            update: key(id),
            change: {
              set: {
                plannedSlices: plannedSlices + slices,
                planned: next === undefined,
                ...(next === undefined ? {} : { planPosition: next }),
              },
            },
            if: and(
              equals('plannedSlices', plannedSlices),
              equals('planned', false),
              oneOf('status', ['running', 'paused', 'failed']),
            ),
          },
          ...others,
        ]),
      ),
  };
};
