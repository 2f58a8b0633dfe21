import { scopeOfList } from '../contact-lists/find-lists.ts';
import { type ContactFilter, matcherOf } from '../contacts/contact-filter.ts';
import type { StoredContact } from '../contacts/contact-item.ts';
import { readSearch } from '../contacts/contact-search.ts';
import { collect, contactSources } from '../contacts/contact-sources.ts';
import { contactsByIds, countOfContacts } from '../contacts/find-contacts.ts';
import { notFound } from '../errors.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { chunksOf } from '../platform/table/retry.ts';
import { hexBuckets } from '../platform/table/walk.ts';
import type { JobError, Selection, Wanted } from './contact-job.ts';
import type { StoredPart } from './contact-job-store.ts';
import type { JobServices } from './work.ts';

/** Contacts of one step: some seconds of work for whatever is done to them. */
const defaultPageSize = 100;

/** How a selection is cut into parts. */
export interface SelectionPlan {
  selection: Selection;
  parts: number;
  /** By part, where contacts are named. */
  named?: string[][];
  /** Contacts that will be looked at, as far as counters tell. */
  expected: number;
  /** A search looks at those that it means alone, and no counter tells how many. */
  mayBeFew?: boolean;
}

/**
 * Cuts a selection: named contacts by the hundred, a search as one, everything else by the buckets of ids.
 * @throws AppError NOT_FOUND for an unknown list
 */
export const planSelection = async (
  { table, audience }: JobServices,
  organizationId: OrganizationId,
  wanted: Wanted,
): Promise<SelectionPlan> => {
  if ('contactIds' in wanted) {
    const named = chunksOf(wanted.contactIds, defaultPageSize);
    const expected = wanted.contactIds.length;
    return { selection: { named: expected }, parts: named.length, named, expected };
  }
  const { listId, search } = wanted.filter;
  if (listId !== undefined && (await scopeOfList(table, organizationId, listId)) === undefined)
    throw notFound('Contact list');
  const everybody = await countOfContacts(table, organizationId);
  const members = listId === undefined ? null : await audience(organizationId).countMembers(listId);
  const parts = search === undefined ? hexBuckets.length : 1;
  return { selection: wanted, parts, expected: members ?? everybody, mayBeFew: search !== undefined };
};

/** The contacts of one step of a part, those that aren't there, and where the part goes on. */
export interface SelectionPage {
  contacts: StoredContact[];
  missing: JobError[];
  examined: number;
  next: Position | undefined;
}

/** Reads a selection part by part, a step at a time: up to 100 contacts unless told otherwise, or 1,000 looked at. */
export const selectionReader = (
  services: JobServices,
  organizationId: OrganizationId,
  selection: Selection,
  pageSize = defaultPageSize,
) => {
  const { table } = services;
  const audience = services.audience(organizationId);
  const sources = contactSources(table, organizationId, audience);

  const byFilter = async ({ index, position: after }: StoredPart, filter: ContactFilter) => {
    const { listId, search } = filter;
    const scope = listId === undefined ? undefined : await scopeOfList(table, organizationId, listId);
    // Deleted since the job began: nobody is in it.
    if (listId !== undefined && scope === undefined) return { contacts: [], missing: [], examined: 0, next: undefined };
    const follows = scope?.kind === 'derived';
    const matches = matcherOf(filter);
    const source = (() => {
      if (search !== undefined && !follows) return sources.found(readSearch(search));
      return listId === undefined || scope?.kind === 'segment'
        ? sources.bucket(index)
        : sources.members(listId, search === undefined ? index : undefined);
    })();
    const keep = (contact: StoredContact) => (scope?.shows(contact) ?? true) && matches(contact);
    const { items, next, read } = await collect(source, keep, { after, limit: pageSize });
    return { contacts: items, missing: [], examined: read, next };
  };

  return async (part: StoredPart): Promise<SelectionPage> => {
    if ('filter' in selection) return byFilter(part, selection.filter);
    const ids = part.contactIds ?? [];
    const contacts = await contactsByIds(table, organizationId, ids);
    const known = new Set(contacts.map(({ id }) => id));
    const missing = ids
      .filter((id) => !known.has(id))
      .map((contactId) => ({ contactId, code: 'NOT_FOUND', error: 'Contact not found' }));
    return { contacts, missing, examined: ids.length, next: undefined };
  };
};
