import type { StoredContact } from '../contacts/contact-item.ts';
import { duplicateFinder, type FoundDuplicates } from '../contacts/find-duplicates.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { initials } from '../platform/table/key-parts.ts';
import type { JobRequest } from './contact-job.ts';
import type { StepOutcome, StoredJob, StoredPart } from './contact-job-store.ts';
import { duplicateStore, type StoredGroup } from './duplicate-store.ts';
import { attempt } from './held-work.ts';
import { groupMerger } from './merge-group.ts';
import type { JobServices, Work } from './work.ts';

/** Groups that one step merges, and how many at once. */
const groupsPerStep = 20;
const atOnce = 5;
/** Index entries after which a step is over. */
const enoughExamined = 500;

type Stage = (after: string | undefined) => Promise<Omit<StepOutcome, 'next'> & { next: string | undefined }>;

/**
 * Goes through stages one after the other: a position is a stage and how far it is. Stages in which there is little
 * are one step.
 */
const staged = async ({ position }: StoredPart, stages: readonly Stage[]): Promise<StepOutcome> => {
  const sum: StepOutcome = { examined: 0, processed: 0, successful: 0, errors: [] };
  let [index, after] = position ?? [0, null];
  for (let stage = stages[index]; stage; stage = stages[index]) {
    const { next, examined, processed, successful, errors } = await stage(after ?? undefined);
    sum.examined += examined;
    sum.processed += processed;
    sum.successful += successful;
    sum.errors = [...sum.errors, ...errors];
    if (next !== undefined) return { ...sum, next: [index, next] };
    index += 1;
    after = null;
    if (sum.examined >= enoughExamined || sum.processed > 0) break;
  }
  return { ...sum, next: index < stages.length ? [index, null] : undefined };
};

/** Merges some groups; counted are groups, and the error of one stands with its first contact. */
const mergeSome = async (
  merge: ReturnType<typeof groupMerger>,
  groups: readonly StoredGroup[],
): Promise<Omit<StepOutcome, 'next'>> => {
  const outcomes = await mapConcurrently(groups, atOnce, (group) =>
    attempt(group.contactIds[0] ?? '', () => merge(group)),
  );
  const errors = outcomes.flatMap((error) => error ?? []);
  return { examined: 0, processed: groups.length, successful: groups.length - errors.length, errors };
};

/** The groups that a part of a job found, merged some at a time. */
const mergesOf =
  (groups: ReturnType<typeof duplicateStore>, merge: ReturnType<typeof groupMerger>, part: number): Stage =>
  async (after) => {
    const page = await groups.ofPart(part, after, groupsPerStep);
    return { ...(await mergeSome(merge, page.groups)), next: page.next };
  };

type Asked = Extract<JobRequest, { kind: 'deduplicate' }>;

/**
 * Finds likely duplicates, initial by initial, and merges them unless it is only to show them. What is found is written
 * down before anything is merged: a try that died is repeated for the same groups.
 */
export const deduplicateWork = (
  services: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  { dryRun, reasons, listId, slices }: Asked,
): Work => {
  const { table, clock } = services;
  const meant = ({ lists }: StoredContact) => listId === undefined || listId in lists;
  const finder = duplicateFinder(table, organizationId, meant);
  const groups = duplicateStore(table, organizationId, job.id);
  const merge = groupMerger(services, organizationId, job, job.id);
  const byPlace = reasons.filter((reason) => reason !== 'email');

  return {
    step: (part) => {
      const finds =
        (find: (after: string | undefined) => Promise<FoundDuplicates>): Stage =>
        async (after) => {
          const { found, examined, next } = await find(after);
          const count = await groups.add(part.index, found, clock());
          const counted = dryRun ? count : 0;
          return { next, examined, processed: counted, successful: counted, errors: [] };
        };
      const within = (initial: number) => [
        ...Array.from({ length: reasons.includes('email') ? slices : 0 }, (_, slice) =>
          finds((after) => finder.byEmail(initial, { slice, slices }, after)),
        ),
        ...(byPlace.length > 0 ? [finds((after) => finder.byName(initial, byPlace, after))] : []),
      ];
      return staged(part, [
        ...initials.flatMap((_, initial) => (initial % job.parts === part.index ? within(initial) : [])),
        ...(dryRun ? [] : [mergesOf(groups, merge, part.index)]),
      ]);
    },
  };
};

/** Merges what an earlier job found: all that each of its parts found, or the groups that a part names. */
export const mergeDuplicatesWork = (
  services: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  foundBy: string,
): Work => {
  const groups = duplicateStore(services.table, organizationId, foundBy);
  const merge = groupMerger(services, organizationId, job, foundBy);
  return {
    step: async (part) => {
      if (!part.contactIds) return staged(part, [mergesOf(groups, merge, part.index)]);
      const named = await groups.named(part.contactIds);
      const known = new Set(named.map(({ sk }) => sk));
      const unknown = part.contactIds.filter((id) => !known.has(id));
      const outcome = await mergeSome(merge, named);
      return {
        ...outcome,
        processed: part.contactIds.length,
        errors: [
          ...outcome.errors,
          ...unknown.map((contactId) => ({ contactId, code: 'NOT_FOUND', error: 'No such group was found' })),
        ],
      };
    },
  };
};
