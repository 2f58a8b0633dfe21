import { auditWrites } from '../audit-logs/audit.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobStore } from './contact-job-store.ts';
import { actorOf } from './job-actor.ts';
import type { JobPart } from './jobs.ts';
import type { JobServices, Work } from './work.ts';
import { workOf } from './works.ts';

/** A message works on its part for so long; what is left goes by another. */
const secondsPerMessage = 20;

/**
 * Goes on with a part of a job until it is done or `seconds` are over. Delivered twice, both do the same steps and
 * one of them counts each. Answers whether the part is done.
 */
export const workOnPart = async (
  services: JobServices,
  { organizationId, jobId, part: index }: JobPart,
  seconds = secondsPerMessage,
): Promise<boolean> => {
  const { table, clock } = services;
  const store = contactJobStore(table, organizationId);
  const job = await store.get(jobId);
  if (job?.status !== 'processing') return true;
  const work = workOf(services, organizationId, job);
  const until = clock().getTime() + seconds * 1000;
  for (;;) {
    const part = await store.part(jobId, index);
    if (!part) return true;
    if (part.status === 'done') {
      await completeJob(services, organizationId, jobId, work);
      return true;
    }
    if (clock().getTime() >= until) return false;
    await store.step(job, part, await work.step(part), clock());
  }
};

/** The message of the queue: what doesn't fit into its time is sent on. */
export const runJobPart = async (services: JobServices, message: JobPart): Promise<void> => {
  if (!(await workOnPart(services, message))) await services.parts.send(message.organizationId, [message]);
};

/** Completes the job if all of its parts are done: after each, and by the schedule for what a crash forgot. */
export const completeJob = async (
  services: JobServices,
  organizationId: OrganizationId,
  jobId: string,
  work?: Work,
): Promise<boolean> => {
  const store = contactJobStore(services.table, organizationId);
  const job = await store.get(jobId);
  if (job?.status !== 'processing' || job.partsDone < job.parts) return false;
  const result = await (work ?? workOf(services, organizationId, job)).finish?.();
  const { processed, successful, failed, request } = job;
  const note = auditWrites(services, actorOf(organizationId, job), {
    action: 'contact_job_completed',
    resource: 'contact_job',
    resourceId: jobId,
    details: { kind: request.kind, processed, successful, failed },
  });
  const ended = await store.end(jobId, 'completed', result, services.clock(), request.kind === 'count' ? [] : note);
  if (ended) log.info('contact job completed', { jobId, kind: request.kind, processed, successful, failed });
  return ended;
};
