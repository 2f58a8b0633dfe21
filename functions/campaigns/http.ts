import { campaignManagement } from '../../shared/campaigns/manage-campaigns.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { campaignRuns } from '../../shared/campaigns/run-campaign.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { campaignServices, httpServices } from '../../shared/services.ts';

const campaigns = campaignManagement(campaignServices());
const runs = campaignRuns(campaignServices());

export const handler = httpHandler(campaignRoutes, httpServices(), {
  listCampaigns: ({ caller, query }) => campaigns.list(caller, query),
  createCampaign: async ({ caller, body }) => ({ data: await campaigns.create(caller, body) }),
  getCampaign: async ({ caller, params }) => ({ data: await campaigns.get(caller, params.campaignId) }),
  updateCampaign: async ({ caller, params, body }) => ({
    data: await campaigns.update(caller, params.campaignId, body),
  }),
  deleteCampaign: ({ caller, params }) => campaigns.remove(caller, params.campaignId),
  startCampaign: async ({ caller, params }) => ({ data: await runs.start(caller, params.campaignId) }),
  pauseCampaign: async ({ caller, params }) => ({ data: await runs.pause(caller, params.campaignId) }),
  resumeCampaign: async ({ caller, params }) => ({ data: await runs.resume(caller, params.campaignId) }),
  listCampaignTargets: ({ caller, params, query }) => campaigns.targets(caller, params.campaignId, query),
  getCampaignAnalytics: async ({ caller, params }) => ({ data: await campaigns.analytics(caller, params.campaignId) }),
});
