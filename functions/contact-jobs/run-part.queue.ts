import { JobPart } from '../../shared/contact-jobs/jobs.ts';
import { runJobPart } from '../../shared/contact-jobs/run-job.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { jobServices } from '../../shared/services.ts';

export const handler = queueHandler(JobPart, (part) => runJobPart(jobServices(), part));
