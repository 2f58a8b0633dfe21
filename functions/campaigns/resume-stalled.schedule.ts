import { resumeStalled } from '../../shared/campaigns/run-campaign.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';
import { resumeServices } from '../../shared/services.ts';

export const handler = scheduleHandler(() => resumeStalled(resumeServices()));
