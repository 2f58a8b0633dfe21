import { undoSeconds } from '../contacts/undo-period.ts';
import { isoAfter } from '../platform/clock.ts';
import type { ContactJob } from './contact-job.ts';
import type { StoredJob } from './contact-job-store.ts';

/** Until when a job can be taken back; null for what can't be, or was. */
export const undoableUntil = ({ request, undoneBy, createdAt }: StoredJob): string | null =>
  request.kind === 'bulk' && request.does.action !== 'delete' && undoneBy === undefined
    ? isoAfter(new Date(createdAt), undoSeconds)
    : null;

/** A job as the API shows it. */
export const presentJob = (job: StoredJob, errors: ContactJob['errors']): ContactJob => {
  const { id, request, status, expected, examined, processed, successful, failed, actor, createdAt } = job;
  return {
    id,
    kind: request.kind,
    action: request.kind === 'bulk' ? request.does.action : null,
    status,
    // The last step, which makes it completed, is still to come.
    progress: status === 'completed' ? 100 : Math.min(99, Math.floor((examined / Math.max(1, expected)) * 100)),
    processed,
    successful,
    failed,
    errors,
    createdBy: { id: actor.userId, name: actor.name },
    createdAt,
    completedAt: job.completedAt ?? null,
    undoableUntil: undoableUntil(job),
    undoneBy: job.undoneBy ?? null,
  };
};
