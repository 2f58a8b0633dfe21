import { auditWrites } from '../audit-logs/audit.ts';
import { AppError } from '../errors.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Executions } from '../platform/executions.ts';
import type { Caller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { campaignStore, type StoredCampaign } from './campaign-store.ts';
import { answerCampaign, type CampaignServices, conflict, requireCampaign } from './manage-campaigns.ts';
import { fieldsOf, parseTemplate } from './merge-fields.ts';

/** How often the schedule looks whether a campaign that should run does. */
const lookEverySeconds = 60;

export interface RunServices extends Pick<CampaignServices, 'audience' | 'senderOf' | 'ids'> {
  table: Table;
  clock: Clock;
  executions: Executions;
  due: ReturnType<typeof dueStore>;
  /** Whether the organization is on its way out. */
  isClosing(organizationId: OrganizationId): Promise<boolean>;
}

export type ResumeServices = Pick<RunServices, 'table' | 'clock' | 'executions' | 'due'>;

/** The name makes a start that is repeated the same run. */
const begin = (
  { executions }: Pick<RunServices, 'executions'>,
  organizationId: OrganizationId,
  campaignId: string,
  run: number,
) => executions.start(`${campaignId}-${run}`, { organizationId, campaignId, run });

/** Starts, pauses and resumes campaigns. Start and resume are the same: a pass over whoever is still queued. */
export const campaignRuns = (services: RunServices) => {
  const { table, clock, ids, due } = services;

  const run = async (caller: Caller, campaign: StoredCampaign) => {
    const { organizationId } = caller;
    if (await services.isClosing(organizationId))
      throw new AppError('CONFLICT', 'The organization is being closed: nothing is sent', {
        remedy: 'DELETE /organizations/current/closure',
      });
    const own = await services.senderOf(organizationId);
    if (own === undefined)
      throw new AppError(
        'CONFLICT',
        'The organization has no SMS provider: set it with PUT /organizations/current/sms-provider',
        {
          remedy: 'PUT /organizations/current/sms-provider',
        },
      );
    if (campaign.sender !== null && campaign.sender !== own)
      throw new AppError(
        'CONFLICT',
        `The campaign sends from ${campaign.sender}, the organization now from ${own}: change its sender`,
        {
          field: 'sender',
        },
      );
    const now = clock();
    const set = {
      sender: own,
      startedAt: campaign.startedAt ?? now.toISOString(),
      updatedAt: now.toISOString(),
      ...(campaign.startedAt === null ? { fields: fieldsOf(parseTemplate(campaign.body)) } : {}),
    };
    // The run and its watch stand before it begins: should it never begin, the schedule does it.
    const watch = due.watch(organizationId, campaign.id, isoAfter(now, lookEverySeconds));
    const action = campaign.startedAt === null ? 'campaign_started' : 'campaign_resumed';
    const note = auditWrites({ clock, ids }, caller, { action, resource: 'campaign', resourceId: campaign.id });
    if (!(await campaignStore(table, organizationId).begin(campaign, set, [watch, ...note])))
      throw conflict(campaign, 'it was changed at this moment; look again');
    await begin(services, organizationId, campaign.id, campaign.run + 1);
    return answerCampaign(table, caller, await requireCampaign(table, caller, campaign.id));
  };

  return {
    /** @throws AppError CONFLICT for anything but a draft, and without a provider */
    start: async (caller: Caller, campaignId: string) => {
      const campaign = await requireCampaign(table, caller, campaignId);
      if (campaign.status !== 'draft')
        throw conflict(campaign, campaign.status === 'paused' ? 'resume it' : 'it was started already');
      await services.audience(caller.organizationId).requireLists(campaign.listIds);
      return run(caller, campaign);
    },

    /** @throws AppError CONFLICT for anything but a paused one, and without a provider */
    resume: async (caller: Caller, campaignId: string) => {
      const campaign = await requireCampaign(table, caller, campaignId);
      if (campaign.status !== 'paused' && campaign.status !== 'failed')
        throw conflict(campaign, campaign.status === 'draft' ? 'start it' : 'there is nothing to resume');
      return run(caller, campaign);
    },

    /** @throws AppError CONFLICT for one that doesn't run */
    pause: async (caller: Caller, campaignId: string) => {
      const campaign = await requireCampaign(table, caller, campaignId);
      const note = { action: 'campaign_paused', resource: 'campaign', resourceId: campaignId };
      const others = auditWrites({ clock, ids }, caller, note);
      const store = campaignStore(table, caller.organizationId);
      const paused = await store.pause(campaignId, clock().toISOString(), others);
      const standing = await requireCampaign(table, caller, campaignId);
      if (!paused && standing.status !== 'paused') throw conflict(campaign, 'only a running campaign can be paused');
      return answerCampaign(table, caller, standing);
    },
  };
};

/** Pauses every campaign of the organization that runs. */
export const pauseAll = async (
  services: Pick<RunServices, 'table' | 'clock' | 'ids'>,
  caller: Caller,
): Promise<void> => {
  const store = campaignStore(services.table, caller.organizationId);
  for (let after: Parameters<typeof store.page>[0]; ; ) {
    const page = await store.page(after, 100);
    for (const { id, status } of page.items) {
      if (status !== 'running') continue;
      const note = { action: 'campaign_paused', resource: 'campaign', resourceId: id };
      await store.pause(id, services.clock().toISOString(), auditWrites(services, caller, note));
    }
    after = page.next;
    if (!after) return;
  }
};

/** Begins anew what should run and doesn't: whose execution never began, died, or came to the end of its history. */
export const resumeStalled = async (services: ResumeServices) => {
  const { table, clock, executions, due } = services;
  const now = clock();
  let resumed = 0;
  for (const item of await due.due(now, 50)) {
    const store = campaignStore(table, item.organizationId);
    const campaign = await store.get(item.id);
    if (campaign?.status !== 'running') {
      await due.done(item);
      continue;
    }
    if (!(await executions.isRunning(`${item.id}-${campaign.run}`)) && (await store.beginAnew(campaign))) {
      await begin(services, item.organizationId, item.id, campaign.run + 1);
      resumed += 1;
    }
    await due.postpone(item, isoAfter(now, lookEverySeconds));
  }
  return { resumed };
};
