import { isoAfter } from '../platform/clock.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { type Due, dueStore } from '../platform/table/due.ts';
import { chunkStore } from './chunk-store.ts';
import { completeImport } from './complete-import.ts';
import { ImportFailed } from './failure.ts';
import { importStore, lookAgainSeconds, type StoredImport } from './import-store.ts';
import { type UploadEvent, uploadEventOf, uploadKey } from './jobs.ts';
import { openChunks } from './next-chunks.ts';
import { type ImportServices, sendChunks } from './run-import.ts';

/** A chunk takes seconds; one that is worked on twice does no harm. */
const stalledAfterSeconds = 30;
/** The largest file is read in less. */
const planStalledAfterSeconds = 180;
/** Jobs that one run of the schedule looks at; the next run goes on. */
const mostJobs = 200;

export interface ResumeServices extends ImportServices {
  plans: WorkQueue<UploadEvent>;
}

/**
 * Looks at the jobs that are neither completed nor failed: sends again what a crash forgot, and ends those whose file
 * never came. Answers how many it resumed and ended.
 */
export const resumeStalled = async (services: ResumeServices): Promise<{ looked: number; acted: number }> => {
  const { table, clock } = services;
  const due = dueStore(table, 'imports');
  const found = await due.due(clock(), mostJobs);
  let acted = 0;
  for (const entry of found) {
    const job = await importStore(table, entry.organizationId).get(entry.id);
    if (!job || job.status === 'completed' || job.status === 'failed') {
      await due.done(entry);
      continue;
    }
    if (await resume(services, entry, job)) acted += 1;
    const idle = waitsForPeople(job) && abandonedAt(job) > clock().toISOString();
    await due.postpone(entry, idle ? abandonedAt(job) : isoAfter(clock(), lookAgainSeconds));
  }
  return { looked: found.length, acted };
};

/** Answers whether there was anything to do. */
const resume = async (services: ResumeServices, { organizationId, id }: Due, job: StoredImport): Promise<boolean> => {
  const { table, uploads, clock, plans, chunksInFlight } = services;
  const store = importStore(table, organizationId);
  const isStill = (seconds: number) => isoAfter(clock(), -seconds) > job.touchedAt;
  if (waitsForPeople(job)) {
    if (abandonedAt(job) > clock().toISOString()) return false;
    await store.fail(id, neverExecuted.failure, clock());
    return true;
  }
  if (job.status === 'pending' && job.etag === undefined) {
    const key = uploadKey(organizationId, id);
    if (await uploads.facts(key)) await plans.send(organizationId, [uploadEventOf(key)]);
    else await store.fail(id, neverUploaded.failure, clock());
    return true;
  }
  if (!job.plan) {
    if (!isStill(planStalledAfterSeconds)) return false;
    await plans.send(organizationId, [uploadEventOf(uploadKey(organizationId, id))]);
    return true;
  }
  const { checkId } = job;
  if (job.status === 'pending' && checkId !== undefined) {
    if (!isStill(stalledAfterSeconds)) return false;
    const unread = await chunkStore(table, organizationId, id).unchecked(checkId, chunksInFlight);
    // When all were read, the last one's delivery was to compare them: it is sent again.
    await sendChunks(services, organizationId, id, unread.length > 0 ? unread : [job.plan.chunkCount - 1], checkId);
    return true;
  }
  if (await completeImport(services, organizationId, job)) return true;
  if (!isStill(stalledAfterSeconds)) return false;
  await sendChunks(services, organizationId, id, await openChunks(services, organizationId, job, job.plan.chunkCount));
  return true;
};

/** Nothing is to be done for it: its file was read, and no dry run is under way. */
const waitsForPeople = ({ status, plan, checkId, checkResult }: StoredImport) =>
  status === 'pending' && plan !== undefined && (checkId === undefined || checkResult !== undefined);

/** A day before its file goes. */
const abandonedAfterSeconds = 6 * 24 * 3600;
const abandonedAt = ({ createdAt }: StoredImport) => isoAfter(new Date(createdAt), abandonedAfterSeconds);

const neverExecuted = new ImportFailed('NOT_EXECUTED', 'The import was not executed within six days of its upload');

const neverUploaded = new ImportFailed('UPLOAD_EXPIRED', 'The file was not uploaded before its URL expired');
