import { type AuditNote, auditWrites } from '../audit-logs/audit.ts';
import type { Audience } from '../contact-lists/audience.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { type CampaignChange, longestBody, type NewCampaign } from './campaign.ts';
import { campaignStore, type StoredCampaign } from './campaign-store.ts';
import { countStore } from './count-store.ts';
import { sumCounts } from './counts.ts';
import { fieldsOf, parseTemplate, renderTemplate } from './merge-fields.ts';
import { presentCampaign, presentTarget } from './present-campaign.ts';
import type { TargetStatus } from './target.ts';
import { type StoredTarget, targetStore } from './target-store.ts';

export interface CampaignServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  audience(organizationId: OrganizationId): Pick<Audience, 'requireLists'>;
  /** The number that the organization's provider settings name; `undefined` where there are none. */
  senderOf(organizationId: OrganizationId): Promise<string | undefined>;
}

/** Campaigns whose counts are read at once for a list of them. */
const readsAtOnce = 10;

/** The campaign of the caller's organization. @throws AppError NOT_FOUND */
export const requireCampaign = async (table: Table, { organizationId }: Caller, campaignId: string) => {
  const campaign = await campaignStore(table, organizationId).get(campaignId);
  if (!campaign) throw notFound('Campaign');
  return campaign;
};

/** A campaign with its counts, as the API answers it. */
export const answerCampaign = async (table: Table, { organizationId }: Caller, campaign: StoredCampaign) =>
  presentCampaign(
    campaign,
    campaign.startedAt === null ? [] : await countStore(table, organizationId).all(campaign.id),
  );

/** What people do with campaigns, but for sending them. */
export const campaignManagement = (services: CampaignServices) => {
  const { table, clock, ids } = services;

  const recorded = (caller: Caller, action: string, campaignId: string, states: Pick<AuditNote, 'before' | 'after'>) =>
    auditWrites({ clock, ids }, caller, { action, resource: 'campaign', resourceId: campaignId, ...states });

  /** @throws AppError VALIDATION_ERROR naming the field */
  const check = async (
    caller: Caller,
    { listIds, body, sender }: Pick<CampaignChange, 'listIds' | 'body' | 'sender'>,
  ) => {
    if (body !== undefined && renderTemplate(parseTemplate(body), {}).length > longestBody)
      throw invalidField('body', `body: at most ${longestBody} characters, merge fields aside`);
    if (listIds) await services.audience(caller.organizationId).requireLists(listIds);
    if (sender !== undefined && sender !== (await services.senderOf(caller.organizationId)))
      throw invalidField('sender', "sender: not the sending number of the organization's provider settings");
  };

  return {
    list: async (caller: Caller, query: PageQuery) => {
      const store = campaignStore(table, caller.organizationId);
      const page = await readPage(query, null, store.page);
      return {
        ...page,
        data: await mapConcurrently(page.data, readsAtOnce, (campaign) => answerCampaign(table, caller, campaign)),
      };
    },

    create: async (caller: Caller, { name, listIds, body, sender }: NewCampaign) => {
      await check(caller, { listIds, body, sender });
      const now = clock().toISOString();
      const campaign: StoredCampaign = {
        id: ids.sequential(),
        name,
        status: 'draft',
        problem: null,
        listIds,
        body,
        sender: sender ?? null,
        createdAt: now,
        updatedAt: now,
        startedAt: null,
        completedAt: null,
        createdBy: { id: caller.userId, name: caller.name },
        version: 1,
        run: 0,
        fields: [],
        plannedSlices: 0,
        planPosition: null,
        planned: false,
      };
      const note = recorded(caller, 'campaign_created', campaign.id, { after: shownOf(campaign) });
      await campaignStore(table, caller.organizationId).create(campaign, note);
      return answerCampaign(table, caller, campaign);
    },

    get: async (caller: Caller, campaignId: string) =>
      answerCampaign(table, caller, await requireCampaign(table, caller, campaignId)),

    /** @throws AppError CONFLICT while it runs or when it is over, STALE_VERSION, VALIDATION_ERROR */
    update: async (caller: Caller, campaignId: string, { version, ...change }: CampaignChange) => {
      const campaign = await requireCampaign(table, caller, campaignId);
      if (!['draft', 'paused', 'failed'].includes(campaign.status))
        throw conflict(
          campaign,
          campaign.status === 'running' ? 'pause it to change it' : 'it can no longer be changed',
        );
      if (version !== undefined && version !== campaign.version) throw staleVersion(campaign);
      refuseNewAudience(campaign, change);
      await check(caller, change);
      const set = { ...change, updatedAt: clock().toISOString() };
      const states = { before: shownOf(campaign), after: shownOf({ ...campaign, ...set }) };
      const note = recorded(caller, 'campaign_updated', campaignId, states);
      if (!(await campaignStore(table, caller.organizationId).change(campaign, set, note)))
        throw staleVersion(campaign);
      return answerCampaign(table, caller, await requireCampaign(table, caller, campaignId));
    },

    /** @throws AppError CONFLICT for anything but a draft */
    remove: async (caller: Caller, campaignId: string) => {
      const campaign = await requireCampaign(table, caller, campaignId);
      const note = recorded(caller, 'campaign_deleted', campaignId, { before: shownOf(campaign) });
      if (!(await campaignStore(table, caller.organizationId).removeDraft(campaignId, note)))
        throw conflict(campaign, 'only a draft can be deleted: what was sent stays on record');
      return { message: 'Campaign deleted successfully' };
    },

    targets: async (
      caller: Caller,
      campaignId: string,
      { status, ...query }: PageQuery & { status?: TargetStatus },
    ) => {
      await requireCampaign(table, caller, campaignId);
      const store = targetStore(table, caller.organizationId, campaignId);
      const counts = sumCounts(await countStore(table, caller.organizationId).all(campaignId));
      const keep = status === undefined ? undefined : (target: StoredTarget) => target.status === status;
      const page = await readPage(query, totalOf(counts, status), (after, limit) => store.page(keep, after, limit));
      return { ...page, data: page.data.map(presentTarget) };
    },

    analytics: async (caller: Caller, campaignId: string) => {
      const campaign = await requireCampaign(table, caller, campaignId);
      const { name, status, counts } = await answerCampaign(table, caller, campaign);
      return { campaignId, name, status, counts };
    },
  };
};

/** What people decide about a campaign: the part of it that the audit log keeps. */
const shownOf = ({ name, listIds, body, sender }: StoredCampaign) => ({ name, listIds, body, sender });

/** @throws AppError CONFLICT, VALIDATION_ERROR for what would need another plan of the audience */
const refuseNewAudience = (campaign: StoredCampaign, { listIds, body }: CampaignChange) => {
  if (campaign.startedAt === null) return;
  if (listIds) throw conflict(campaign, 'its lists are fixed since it was started; make another campaign for others');
  const missing =
    body === undefined ? undefined : fieldsOf(parseTemplate(body)).find((field) => !campaign.fields.includes(field));
  if (missing !== undefined)
    throw invalidField('body', `body: {{${missing}}} was not in the text when the campaign was started`, {
      mergeField: missing,
    });
};

/** A refusal because of where a campaign stands, with what to do instead. */
export const conflict = ({ status }: StoredCampaign, remedy: string) =>
  new AppError('CONFLICT', `The campaign is ${status}: ${remedy}`, { status });

const staleVersion = ({ version }: StoredCampaign) =>
  new AppError('STALE_VERSION', 'The campaign was changed meanwhile: read it again', { field: 'version', version });

/** Exact where there is a counter: claimed recipients are counted as queued. */
const totalOf = (counts: ReturnType<typeof sumCounts>, status: TargetStatus | undefined) => {
  if (status === undefined) return counts.total;
  if (status === 'queued' || status === 'sending') return null;
  return status === 'blocked' ? Object.values(counts.blocked).reduce((sum, count) => sum + count, 0) : counts[status];
};
