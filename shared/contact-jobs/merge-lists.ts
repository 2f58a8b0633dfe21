import { assertDeletable, inOrderOfDeletion } from '../contact-lists/deletion-order.ts';
import { requireLists, requirePlainLists } from '../contact-lists/find-lists.ts';
import { listManagement } from '../contact-lists/manage-lists.ts';
import { countOfContacts } from '../contacts/find-contacts.ts';
import { invalidField } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import type { JobRequest, ListMerge } from './contact-job.ts';
import { presentJob } from './present-job.ts';
import { startJob } from './start-job.ts';
import type { JobServices } from './work.ts';

type MergeRequest = Extract<JobRequest, { deleteSources: boolean }>;

/** Copies and merges of contact lists, whatever their kind: the new members of a plain list are put there by a job. */
export const listMerges = (services: JobServices) => {
  const { table } = services;
  const lists = listManagement(services);

  const start = async (
    caller: Caller,
    request: Omit<MergeRequest, 'listId'>,
    into: { listId: string } | { name: string },
  ) => {
    const { organizationId } = caller;
    const target = 'name' in into ? await lists.prepare(caller, into) : { ...into, writes: [], notes: [] };
    const audience = services.audience(organizationId);
    const counts = await Promise.all(request.sourceListIds.map((listId) => audience.countMembers(listId)));
    const expected = counts.includes(null)
      ? await countOfContacts(table, organizationId)
      : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    const plan = { parts: hexBuckets.length, expected };
    const job = await startJob(services, caller, { ...request, listId: target.listId }, plan, {
      writes: () => target.writes,
      notes: target.notes,
    });
    return { list: await lists.find(caller, target.listId), job: presentJob(job, []) };
  };

  return {
    /** @throws AppError NOT_FOUND, DUPLICATE */
    copy: async (caller: Caller, listId: string, { name }: { name: string }) => {
      await lists.find(caller, listId);
      return start(caller, { kind: 'copy-list', sourceListIds: [listId], deleteSources: false }, { name });
    },

    /** @throws AppError VALIDATION_ERROR naming the field, DUPLICATE, CONFLICT for a source that can't be deleted */
    merge: async (caller: Caller, { sourceListIds, targetListId, name, deleteSources }: ListMerge) => {
      const sources = await requireLists(table, caller.organizationId, sourceListIds, 'sourceListIds');
      if (targetListId !== undefined) {
        await requirePlainLists(table, caller.organizationId, [targetListId], 'targetListId');
        if (sourceListIds.includes(targetListId))
          throw invalidField('targetListId', 'targetListId: a list cannot be merged into itself');
      }
      if (deleteSources) assertDeletable(sources);
      const request = { kind: 'merge-lists', sourceListIds: inOrderOfDeletion(sources), deleteSources } as const;
      return start(caller, request, targetListId === undefined ? { name: name ?? '' } : { listId: targetListId });
    },
  };
};
