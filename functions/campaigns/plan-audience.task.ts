import { CampaignRunStep } from '../../shared/campaigns/jobs.ts';
import { planAudience } from '../../shared/campaigns/plan-audience.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { planServices } from '../../shared/services.ts';

/** A slice takes some seconds; none is begun that might be cut off. */
const reserveMs = 60_000;

export const handler = taskHandler(CampaignRunStep, (step, { remainingMilliseconds }) =>
  planAudience(planServices(), step, () => remainingMilliseconds() > reserveMs),
);
