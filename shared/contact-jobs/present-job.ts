import { undoSeconds } from '../contacts/undo-period.ts';
import { isoAfter } from '../platform/clock.ts';
import type { ContactJob, JobRequest } from './contact-job.ts';
import type { StoredJob } from './contact-job-store.ts';

/** Whether a job leaves traces by which it can be taken back. */
export const isUndoable = (request: JobRequest): boolean => {
  if (request.kind === 'bulk') return request.does.action !== 'delete';
  return (request.kind === 'copy-list' || request.kind === 'merge-lists') && !request.deleteSources;
};

/** ISO 8601 UTC; null of what can't be taken back, or was. */
export const undoableUntil = ({ request, undoneBy, createdAt }: StoredJob): string | null =>
  isUndoable(request) && undoneBy === undefined ? isoAfter(new Date(createdAt), undoSeconds) : null;

/** Jobs that walk through indexes: how many entries these have nobody knows before. */
const byParts = ['deduplicate', 'merge-duplicates'];

/** A job as the API answers it. */
export const presentJob = (job: StoredJob, errors: ContactJob['errors']): ContactJob => {
  const { id, request, status, expected, examined, processed, successful, failed, actor, createdAt } = job;
  const share = byParts.includes(request.kind) ? job.partsDone / job.parts : examined / Math.max(1, expected);
  return {
    id,
    kind: request.kind,
    action: request.kind === 'bulk' ? request.does.action : null,
    status,
    // The last step, which makes it completed, is still to come.
    progress: status === 'completed' ? 100 : Math.min(99, Math.floor(share * 100)),
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
