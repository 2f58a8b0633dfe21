import { z } from 'zod';
import { JobPart } from '../../shared/contact-jobs/jobs.ts';
import { runJobPart } from '../../shared/contact-jobs/run-job.ts';
import { MemberRemoval } from '../../shared/contact-lists/jobs.ts';
import { removeMembers } from '../../shared/contact-lists/remove-members.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { jobServices } from '../../shared/services.ts';

export const handler = queueHandler(z.union([JobPart, MemberRemoval]), (message) =>
  'jobId' in message ? runJobPart(jobServices(), message) : removeMembers(jobServices(), message),
);
