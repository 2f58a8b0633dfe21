import { resumeStalled } from '../../shared/imports/resume-stalled.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';
import { importPlans, importServices } from '../../shared/services.ts';

export const handler = scheduleHandler(() => resumeStalled({ ...importServices(), plans: importPlans() }));
