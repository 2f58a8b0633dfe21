import type { StoredContact } from '../contacts/contact-item.ts';
import { deleteContact } from '../contacts/delete-contact.ts';
import { type Revision, reviseContact } from '../contacts/revise-contact.ts';
import { AppError } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { BulkAction, JobError, Selection } from './contact-job.ts';
import type { StoredJob } from './contact-job-store.ts';
import { heldWork } from './held-work.ts';
import { actorOf } from './job-actor.ts';
import { selectionReader } from './selection.ts';
import { type Trace, traceStore } from './trace-store.ts';
import type { JobServices, Work } from './work.ts';

/** What an action does to one contact, and the trace by which it can be taken back; nothing where it is so already. */
const revisionOf = (
  does: Exclude<BulkAction, { action: 'delete' }>,
  contact: StoredContact,
  filterListId: string | undefined,
): { revision: Revision; trace: Partial<Trace> } | undefined => {
  const tags = contact.tags ?? [];
  const inLists = Object.keys(contact.lists);
  switch (does.action) {
    case 'add-tags': {
      const addedTags = does.data.tags.filter((tag) => !tags.includes(tag));
      return addedTags.length === 0
        ? undefined
        : { revision: { fields: { tags: [...tags, ...addedTags] } }, trace: { addedTags } };
    }
    case 'remove-tags': {
      const removedTags = tags.filter((tag) => does.data.tags.includes(tag));
      return removedTags.length === 0
        ? undefined
        : { revision: { fields: { tags: tags.filter((tag) => !removedTags.includes(tag)) } }, trace: { removedTags } };
    }
    case 'add-to-list':
      return moved(inLists, [does.data.listId], []);
    case 'remove-from-list':
      return moved(inLists, [], [does.data.listId]);
    case 'move-to-list': {
      const from = does.data.fromListId ?? filterListId;
      return moved(inLists, [does.data.listId], from === undefined ? inLists : [from]);
    }
  }
};

const moved = (inLists: readonly string[], into: readonly string[], outOf: readonly string[]) => {
  const joined = into.filter((listId) => !inLists.includes(listId));
  const left = outOf.filter((listId) => inLists.includes(listId) && !into.includes(listId));
  return joined.length + left.length === 0
    ? undefined
    : { revision: { joins: joined, leaves: left }, trace: { joined, left } };
};

/** Does something to every contact that a selection means. */
export const bulkWork = (
  services: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  { selection, does }: { selection: Selection; does: BulkAction },
): Work => {
  const { table, clock } = services;
  const actor = actorOf(organizationId, job);
  const read = selectionReader(services, organizationId, selection);
  const traces = traceStore(table, organizationId, job.id);
  const filterListId = 'filter' in selection ? selection.filter.listId : undefined;

  const remove = async (contactId: string) => {
    await deleteContact(services, actor, contactId).catch((error: unknown) => {
      // Deleted by the try before this one, or by somebody else since: it is gone, which was the wish.
      if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    });
    return undefined;
  };

  const change = async (contactId: string): Promise<JobError | undefined> => {
    if (does.action === 'delete') return remove(contactId);
    const now = clock();
    const person = { contactId, by: actor.userId, at: now.toISOString() };
    const found = await reviseContact(table, organizationId, person, (contact) => {
      const decided = revisionOf(does, contact, filterListId);
      return decided && { ...decided.revision, others: [traces.write(contactId, decided.trace, now)] };
    });
    return found ? undefined : { contactId, code: 'NOT_FOUND', error: 'The contact was deleted meanwhile' };
  };

  return heldWork(async (part) => {
    const { contacts, ...page } = await read(part);
    return { ...page, contactIds: contacts.map(({ id }) => id) };
  }, change);
};
