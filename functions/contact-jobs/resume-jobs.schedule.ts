import { resumeJobs } from '../../shared/contact-jobs/resume-jobs.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';
import { jobServices } from '../../shared/services.ts';

export const handler = scheduleHandler(() => resumeJobs(jobServices()));
