import { isoAfter } from '../platform/clock.ts';
import { dueStore } from '../platform/table/due.ts';
import { contactJobStore, lookAgainSeconds } from './contact-job-store.ts';
import type { JobServices } from './work.ts';

/** Jobs that one run of the schedule looks at; the next run goes on. */
const mostJobs = 200;

/** Looks at the jobs that aren't over: what stands still was forgotten by a crash, and is sent again. */
export const resumeJobs = async (services: JobServices): Promise<{ looked: number; acted: number }> => {
  const { table, clock, parts } = services;
  const due = dueStore(table, 'contact-jobs');
  const found = await due.due(clock(), mostJobs);
  let acted = 0;
  for (const entry of found) {
    const { organizationId, id: jobId } = entry;
    const store = contactJobStore(table, organizationId);
    const job = await store.get(jobId);
    if (job?.status !== 'processing') {
      await due.done(entry);
      continue;
    }
    if (job.touchedAt < isoAfter(clock(), -lookAgainSeconds)) {
      const pending = (await store.parts(jobId)).filter(({ status }) => status === 'pending');
      // Where every part is done, only what follows the last one was forgotten.
      const forgotten = pending.length === 0 ? [0] : pending.map(({ index }) => index);
      await parts.send(
        organizationId,
        forgotten.map((part) => ({ organizationId, jobId, part })),
      );
      acted += 1;
    }
    await due.postpone(entry, isoAfter(clock(), lookAgainSeconds));
  }
  return { looked: found.length, acted };
};
