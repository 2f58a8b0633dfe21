import type { Audience } from '../contact-lists/audience.ts';
import { scopeOfList } from '../contact-lists/find-lists.ts';
import { invalidField, notFound } from '../errors.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { type ContactFilter, isSelective, matcherOf } from './contact-filter.ts';
import type { ContactOrder } from './contact-names.ts';
import { readSearch } from './contact-search.ts';
import { collect, contactSources } from './contact-sources.ts';
import { contactStore } from './contact-store.ts';
import { presentContacts } from './present-contacts.ts';

/** By what a list of contacts is put in order; `-` turns it round. */
export interface ContactSort {
  order: ContactOrder;
  reverse: boolean;
}

export interface ContactQuery extends PageQuery, ContactFilter {
  sort?: ContactSort | undefined;
  /** Tells of each when and how often it was texted. */
  activity?: boolean | undefined;
}

/**
 * One page of contacts with the organization's counts. A search walks its index, a sort that of its name,
 * `updatedSince` that of changes, a list its members; whatever else is asked is looked up in the contacts that are met,
 * up to 1,000 a page.
 * @throws AppError NOT_FOUND for an unknown list, INVALID_CURSOR, PAGE_TOO_DEEP
 */
export const listContacts = async (
  table: Table,
  audience: Audience,
  { organizationId }: Caller,
  { page, limit, cursor, sort, activity = false, ...filter }: ContactQuery,
) => {
  const { listId, search, status, updatedSince, ...others } = filter;
  const scope = listId === undefined ? undefined : await scopeOfList(table, organizationId, listId);
  if (listId !== undefined && scope === undefined) throw notFound('Contact list');
  // Who is in a list that follows from others is nothing that a contact shows.
  const follows = listId !== undefined && scope?.kind === 'derived';
  if (follows && sort) throw invalidField('sort', 'sort: a list that follows from others has one order only');
  const sources = contactSources(table, organizationId, audience);
  const source = (() => {
    if (follows) return sources.members(listId);
    if (sort) return sources.sorted(sort.order, sort.reverse);
    if (search !== undefined) return sources.found(readSearch(search));
    if (updatedSince !== undefined) return sources.changedSince(updatedSince);
    return listId !== undefined && scope?.kind === 'plain' ? sources.members(listId) : sources.all;
  })();
  const matches = matcherOf(filter);
  const counting = contactStore(table, organizationId).counts();
  const total = async () => {
    if (search !== undefined || updatedSince !== undefined || isSelective(others)) return null;
    if (listId !== undefined) return status === undefined ? audience.countMembers(listId) : null;
    const { active, inactive } = await counting;
    return { all: active + inactive, active, inactive }[status ?? 'all'];
  };
  const [found, { active, inactive }] = await Promise.all([
    readPage({ page, limit, ...(cursor === undefined ? {} : { cursor }) }, total(), (after, wanted) =>
      collect(source, (contact) => (scope?.shows(contact) ?? true) && matches(contact), { after, limit: wanted }),
    ),
    counting,
  ]);
  return {
    ...found,
    data: await presentContacts(table, organizationId, found.data, { activity }),
    filters: { totalContacts: active + inactive, activeContacts: active, inactiveContacts: inactive },
  };
};
