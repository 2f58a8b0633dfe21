import type { StoredContact } from '../contacts/contact-item.ts';
import { type Revision, reviseContact } from '../contacts/revise-contact.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { StoredJob } from './contact-job-store.ts';
import { attempt } from './held-work.ts';
import { type Trace, traceStore } from './trace-store.ts';
import type { JobServices, Work } from './work.ts';

const pageSize = 100;
const atOnce = 10;

/** What takes a trace back: only the difference that it tells, and of that only what still stands. */
const reversed = ({ addedTags, removedTags, joined, left }: Trace, contact: StoredContact): Revision | undefined => {
  const tags = contact.tags ?? [];
  const kept = tags.filter((tag) => !addedTags.includes(tag));
  const back = removedTags.filter((tag) => !tags.includes(tag));
  const joins = left.filter((listId) => !(listId in contact.lists));
  const leaves = joined.filter((listId) => listId in contact.lists);
  if (kept.length === tags.length && back.length + joins.length + leaves.length === 0) return undefined;
  return { fields: { tags: [...kept, ...back] }, joins, leaves };
};

/** Takes back what a bulk operation did, contact by contact. What people changed since stays. */
export const undoWork = (
  { table, clock }: JobServices,
  organizationId: OrganizationId,
  job: StoredJob,
  undoneId: string,
): Work => {
  const traces = traceStore(table, organizationId, undoneId);
  return {
    step: async (part) => {
      const page = await traces.page(part.index, part.position, pageSize);
      const at = clock().toISOString();
      const outcomes = await mapConcurrently(page.traces, atOnce, ({ contactId, trace }) =>
        attempt(contactId, async () => {
          const person = { contactId, by: job.actor.userId, at };
          const found = await reviseContact(table, organizationId, person, (contact) => reversed(trace, contact));
          return found ? undefined : { contactId, code: 'NOT_FOUND', error: 'The contact was deleted meanwhile' };
        }),
      );
      const errors = outcomes.flatMap((error) => error ?? []);
      const processed = page.traces.length;
      return { next: page.next, examined: processed, processed, successful: processed - errors.length, errors };
    },
  };
};
