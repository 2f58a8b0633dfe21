import { type AuditNote, auditWrites } from '../audit-logs/audit.ts';
import { AppError } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Write } from '../platform/table/transact.ts';
import type { JobRequest } from './contact-job.ts';
import { contactJobStore, type StoredJob } from './contact-job-store.ts';
import { workOnPart } from './run-job.ts';
import type { SelectionPlan } from './selection.ts';
import type { JobServices } from './work.ts';

/** Contacts that are dealt with before the answer; more go on as a job. */
const mostAtOnce = 200;
/** What is small is given so long, and goes on by itself where that isn't enough. */
const secondsAtOnce = 8;
/** Only when a search is done is it known whether it meant few: nobody waits longer for that. */
const secondsForSearch = 2;

/**
 * Makes a job. A small one is done when this answers; a large one is set going.
 * Answers the job as it stands then. What else is said is written and noted with it.
 * @throws AppError CONFLICT when that is refused
 */
export const startJob = async (
  services: JobServices,
  caller: Caller,
  request: JobRequest,
  plan: Omit<SelectionPlan, 'selection'>,
  { writes, notes = [] }: { writes?: (jobId: string) => readonly Write[]; notes?: readonly AuditNote[] } = {},
): Promise<StoredJob> => {
  const { table, clock, ids } = services;
  const { organizationId, kind, userId, name, homeOrganizationId, sourceIp, userAgent } = caller;
  const store = contactJobStore(table, organizationId);
  const now = clock().toISOString();
  const job: StoredJob = {
    id: ids.sequential(),
    request,
    status: 'processing',
    actor: { kind, userId, name, homeOrganizationId, sourceIp, userAgent: userAgent.slice(0, 200) },
    parts: plan.parts,
    partsDone: 0,
    expected: plan.expected,
    examined: 0,
    processed: 0,
    successful: 0,
    failed: 0,
    createdAt: now,
    touchedAt: now,
  };
  const note = { action: 'contact_job_started', resource: 'contact_job', resourceId: job.id, details: { request } };
  const created = await store.create(job, plan.named, [
    ...auditWrites({ clock, ids }, caller, ...notes, note),
    ...(writes?.(job.id) ?? []),
  ]);
  if (!created) throw new AppError('CONFLICT', 'Somebody else did this meanwhile');
  const messages = Array.from({ length: plan.parts }, (_, part) => ({ organizationId, jobId: job.id, part }));
  const began = clock().getTime();
  const left = [...messages];
  const isSmall = plan.expected <= mostAtOnce;
  if (isSmall || plan.mayBeFew)
    for (const message of messages) {
      const seconds = (isSmall ? secondsAtOnce : secondsForSearch) - (clock().getTime() - began) / 1000;
      if (seconds <= 0 || !(await workOnPart(services, message, seconds))) break;
      left.shift();
    }
  await services.parts.send(organizationId, left);
  return (await store.get(job.id)) ?? job;
};
