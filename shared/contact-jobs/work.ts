import type { Audience } from '../contact-lists/audience.ts';
import type { MemberRemoval } from '../contact-lists/jobs.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/id.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { WorkQueue } from '../platform/queue.ts';
import type { Table } from '../platform/table/table.ts';
import type { StepOutcome, StoredJob, StoredPart } from './contact-job-store.ts';
import type { JobPart } from './jobs.ts';

/** What jobs over contacts need of the world. */
export interface JobServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  parts: WorkQueue<JobPart>;
  /** For lists that a merge deletes. */
  removals: WorkQueue<MemberRemoval>;
  audience(organizationId: OrganizationId): Audience;
  /** Where files for people to take along are made. */
  exports(): Objects;
}

/** What a kind of job does. Whatever it does may be done again after a crash. */
export interface Work {
  /** One bounded step of a part, seconds at the most. */
  step(part: StoredPart): Promise<StepOutcome>;
  /**
   * After the last part, one bounded step of gathering what the parts left: `job.gathered` is what the step before
   * answered. Answers undefined when nothing is left to gather. An AppError ends the job as failed.
   */
  gather?(job: StoredJob): Promise<Record<string, unknown> | undefined>;
  /** After that and before the job says that it is completed: what it found out. */
  finish?(job: StoredJob): Promise<Record<string, unknown> | undefined>;
}

/** Makes the work of a job. */
export type WorkOf = (services: JobServices, organizationId: OrganizationId, job: StoredJob) => Work;
