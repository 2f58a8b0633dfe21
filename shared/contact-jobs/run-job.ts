import { auditWrites } from '../audit-logs/audit.ts';
import { AppError } from '../errors.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobStore, type StoredJob } from './contact-job-store.ts';
import { actorOf } from './job-actor.ts';
import type { JobPart } from './jobs.ts';
import type { JobServices, Work } from './work.ts';
import { workOf } from './works.ts';

/** A message works on its part for so long; what is left goes by another. */
const secondsPerMessage = 20;

/**
 * Goes on with a part of a job until it is done or `seconds` are over. Delivered twice, both do the same steps and
 * one of them counts each. Answers whether nothing is left to do of it, or of what follows the last part.
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
    if (part.status === 'done') return completeJob(services, organizationId, jobId, work, until);
    if (clock().getTime() >= until) return false;
    await store.step(job, part, await work.step(part), clock());
  }
};

/** The message of the queue: what doesn't fit into its time is sent on. */
export const runJobPart = async (services: JobServices, message: JobPart): Promise<void> => {
  if (!(await workOnPart(services, message))) await services.parts.send(message.organizationId, [message]);
};

/**
 * Completes the job if all of its parts are done: whoever ends the last gathers what they left, until it is through or
 * the time is up. Answers false when there is more to gather.
 */
const completeJob = async (
  services: JobServices,
  organizationId: OrganizationId,
  jobId: string,
  work: Work,
  until: number,
): Promise<boolean> => {
  const { table, clock } = services;
  const store = contactJobStore(table, organizationId);
  for (;;) {
    const job = await store.get(jobId);
    if (job?.status !== 'processing' || job.partsDone < job.parts) return true;
    const gathered = await orRefusal(() => work.gather?.(job));
    if (gathered instanceof AppError) {
      await end(services, organizationId, job, 'failed', { code: gathered.code, message: gathered.message });
      return true;
    }
    if (gathered === undefined) {
      await end(services, organizationId, job, 'completed', await work.finish?.(job));
      return true;
    }
    // Somebody else made the same step: theirs is the next one too.
    if (!(await store.gather(job, gathered, clock()))) return true;
    if (clock().getTime() >= until) return false;
  }
};

const orRefusal = async <T>(work: () => Promise<T> | undefined) => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
};

const end = async (
  services: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  status: 'completed' | 'failed',
  result: Record<string, unknown> | undefined,
) => {
  const { id: jobId, processed, successful, failed, request } = job;
  const note = auditWrites(services, actorOf(organizationId, job), {
    action: `contact_job_${status}`,
    resource: 'contact_job',
    resourceId: jobId,
    details: { kind: request.kind, processed, successful, failed },
  });
  const store = contactJobStore(services.table, organizationId);
  if (await store.end(jobId, status, result, services.clock(), request.kind === 'count' ? [] : note))
    log.info(`contact job ${status}`, { jobId, kind: request.kind, processed, successful, failed });
};
