import type { ApiClient, ReplyOf } from '../../lib/api-client.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { waitFor } from './wait-for.ts';

type NewCampaign = Parameters<typeof draftCampaign>[1];
export type Counts = ReplyOf<typeof campaignRoutes.getCampaignAnalytics>['data']['counts'];

/** A draft; answers its id. */
export const draftCampaign = async (api: ApiClient, campaign: { name?: string; listIds: string[]; body: string }) => {
  const { data } = await api.call(campaignRoutes.createCampaign, { body: { name: 'Campaign', ...campaign } });
  return data.id;
};

export const startCampaign = async (api: ApiClient, campaignId: string) =>
  (await api.call(campaignRoutes.startCampaign, { params: { campaignId } })).data;

/** How a campaign stands. */
export const analyticsOf = async (api: ApiClient, campaignId: string) =>
  (await api.call(campaignRoutes.getCampaignAnalytics, { params: { campaignId } })).data;

/** Counts of a campaign that is through, with every receipt that is still to come. */
export const finishedCampaign = async (api: ApiClient, campaignId: string, seconds?: number): Promise<Counts> => {
  const { counts } = await waitFor(
    `the campaign ${campaignId}`,
    () => analyticsOf(api, campaignId),
    ({ status, counts: { queued, sent } }) =>
      status === 'failed' || status === 'paused' || (status === 'completed' && queued + sent === 0),
    seconds,
  );
  return counts;
};

/** Makes a campaign, starts it and waits until it is through. */
export const runCampaign = async (api: ApiClient, campaign: NewCampaign, seconds?: number) => {
  const campaignId = await draftCampaign(api, campaign);
  await startCampaign(api, campaignId);
  return { campaignId, counts: await finishedCampaign(api, campaignId, seconds) };
};

/** Every recipient of a campaign, by following the cursor. */
export const targetsOf = async (api: ApiClient, campaignId: string) => {
  const targets: ReplyOf<typeof campaignRoutes.listCampaignTargets>['data'] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: ReplyOf<typeof campaignRoutes.listCampaignTargets> = await api.call(
      campaignRoutes.listCampaignTargets,
      {
        params: { campaignId },
        query: { limit: 100, ...(cursor === '' ? {} : { cursor }) },
      },
    );
    targets.push(...page.data);
    cursor = page.pagination.nextCursor;
  }
  return targets;
};
