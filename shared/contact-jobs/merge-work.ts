import { deleteList } from '../contact-lists/delete-list.ts';
import { reviseContact } from '../contacts/revise-contact.ts';
import { AppError } from '../errors.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobStore, type StoredJob } from './contact-job-store.ts';
import { heldWork } from './held-work.ts';
import { actorOf } from './job-actor.ts';
import { traceStore } from './trace-store.ts';
import type { JobServices, Work } from './work.ts';

const pageSize = 100;

export interface MergeOfLists {
  sourceListIds: readonly string[];
  listId: string;
  deleteSources: boolean;
}

/** Puts everybody who is in one of the lists into another, bucket by bucket of ids; then deletes them if asked. */
export const mergeWork = (
  services: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  { sourceListIds, listId, deleteSources }: MergeOfLists,
): Work => {
  const { table, clock, removals } = services;
  const audience = services.audience(organizationId);
  const actor = actorOf(organizationId, job);
  const traces = traceStore(table, organizationId, job.id);

  const join = async (contactId: string) => {
    const now = clock();
    const person = { contactId, by: actor.userId, at: now.toISOString() };
    await reviseContact(table, organizationId, person, ({ lists }) =>
      listId in lists ? undefined : { joins: [listId], others: [traces.write(contactId, { joined: [listId] }, now)] },
    );
    // Whoever was deleted meanwhile is in no list.
    return undefined;
  };

  const { step } = heldWork(async ({ index, position: after }) => {
    const { members, next } = await audience.page({ listIds: sourceListIds, after, limit: pageSize, bucket: index });
    const contactIds = members.map(({ contactId }) => contactId);
    return { contactIds, missing: [], examined: members.length, next };
  }, join);

  return {
    step,
    finish: async () => {
      const { failed = 0 } = (await contactJobStore(table, organizationId).get(job.id)) ?? {};
      // Whoever could not join would be in neither.
      if (!deleteSources || failed > 0) return undefined;
      for (const source of sourceListIds)
        await deleteList(services, removals, actor, source, listId).catch((error: unknown) => {
          if (!(error instanceof AppError && ['NOT_FOUND', 'CONFLICT'].includes(error.code))) throw error;
          // A conflict: something follows from it since the merge began, and needs it.
          if (error.code === 'CONFLICT') log.warn('a merged list stays', { listId: source, reason: error.message });
        });
      return undefined;
    },
  };
};
