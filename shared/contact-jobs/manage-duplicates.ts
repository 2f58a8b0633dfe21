import { requirePlainLists } from '../contact-lists/find-lists.ts';
import { countOfContacts } from '../contacts/find-contacts.ts';
import { mergedOf } from '../contacts/merge-rules.ts';
import { presentContacts } from '../contacts/present-contacts.ts';
import { AppError, notFound } from '../errors.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import { inFlight } from '../platform/table/bulk.ts';
import { initials } from '../platform/table/key-parts.ts';
import { chunksOf } from '../platform/table/retry.ts';
import type { ContactJob } from './contact-job.ts';
import { contactJobStore } from './contact-job-store.ts';
import type { Deduplication, DuplicateGroup, GroupSelection } from './duplicate.ts';
import { duplicateStore, type StoredGroup } from './duplicate-store.ts';
import { contactsOfGroup } from './merge-group.ts';
import { presentJob } from './present-job.ts';
import { startJob } from './start-job.ts';
import type { JobServices } from './work.ts';

/** Contacts for each slice of the mailboxes: even if all began with one letter, a worker could remember them. */
const contactsPerSlice = 1_000_000;
/** Contacts that one part looks through; the initials of more are a part each. */
const mostOfOnePart = 1000;
/** Named groups of one part. */
const groupsPerPart = 20;

/** What people do with likely duplicates. */
export const duplicateManagement = (services: JobServices) => {
  const { table, clock } = services;

  const present = async (caller: Caller, jobId: string, group: StoredGroup): Promise<DuplicateGroup> => {
    const { organizationId } = caller;
    const { sk: id, reason, mergedInto = null } = group;
    const { standing, alike } = await contactsOfGroup(table, organizationId, jobId, group);
    const preview = () => {
      try {
        return { contact: mergedOf(alike, clock().toISOString()), conflict: null };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { contact: undefined, conflict: error.message };
      }
    };
    const { contact, conflict } = alike.length < 2 ? { contact: undefined, conflict: null } : preview();
    const contacts = await presentContacts(table, organizationId, contact ? [...standing, contact] : standing, {
      activity: false,
    });
    const merged = contact ? (contacts.pop() ?? null) : null;
    return { id, reason, contacts, merged, conflict, mergedInto };
  };

  return {
    /** @throws AppError FORBIDDEN; VALIDATION_ERROR for a list that there isn't */
    start: async (
      caller: Caller,
      { dryRun = false, reasons = ['email', 'name-address'], listId }: Deduplication,
    ): Promise<ContactJob> => {
      if (!dryRun) assertMayMerge(caller);
      const { organizationId } = caller;
      await requirePlainLists(table, organizationId, listId === undefined ? [] : [listId], 'listId');
      const expected = await countOfContacts(table, organizationId);
      const slices = Math.max(1, Math.ceil(expected / contactsPerSlice));
      const asked = { dryRun, reasons, slices, ...(listId === undefined ? {} : { listId }) };
      const plan = { parts: expected <= mostOfOnePart ? 1 : initials.length, expected };
      const job = await startJob(services, caller, { kind: 'deduplicate', ...asked }, plan);
      return presentJob(job, await contactJobStore(table, organizationId).errors(job.id));
    },

    /** One page of what a job found, as it is now. @throws AppError NOT_FOUND, INVALID_CURSOR, PAGE_TOO_DEEP */
    page: async (caller: Caller, jobId: string, query: PageQuery) => {
      const job = await contactJobStore(table, caller.organizationId).get(jobId);
      if (!job) throw notFound('Contact job');
      const store = duplicateStore(table, caller.organizationId, jobId);
      return readPage(query, null, async (after, limit) => {
        const { items, next } = await store.page(after, limit);
        return { items: await mapConcurrently(items, inFlight, (group) => present(caller, jobId, group)), next };
      });
    },

    /** @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT for a job that found nothing of the kind, or still looks */
    merge: async (caller: Caller, jobId: string, { groupIds }: GroupSelection): Promise<ContactJob> => {
      assertMayMerge(caller);
      const store = contactJobStore(table, caller.organizationId);
      const found = await store.get(jobId);
      if (!found) throw notFound('Contact job');
      if (found.request.kind !== 'deduplicate')
        throw new AppError('CONFLICT', 'Only what a deduplication found can be merged');
      if (found.status === 'processing') throw new AppError('CONFLICT', 'The job still goes on');
      const named = groupIds && chunksOf(groupIds, groupsPerPart);
      const plan = named
        ? { parts: named.length, named, expected: groupIds.length }
        : { parts: found.parts, expected: found.processed };
      const job = await startJob(services, caller, { kind: 'merge-duplicates', jobId }, plan);
      return presentJob(job, await store.errors(job.id));
    },
  };
};

/** A merge changes a contact and deletes the others. */
const assertMayMerge = ({ permissions }: Caller) => {
  for (const needed of ['contacts:write', 'contacts:delete'] as const)
    if (!permissions.has(needed))
      throw new AppError('FORBIDDEN', `This needs the permission ${needed}`, { permission: needed });
};
