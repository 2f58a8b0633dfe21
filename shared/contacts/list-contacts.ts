import type { Audience } from '../contact-lists/audience.ts';
import { listNames } from '../contact-lists/find-lists.ts';
import { notFound } from '../errors.ts';
import { type PageQuery, type Position, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import type { Contact, ContactStatus } from './contact.ts';
import type { StoredContact } from './contact-item.ts';
import { contactStore } from './contact-store.ts';
import { asSeenBy } from './own-contact.ts';
import { presentContacts } from './present-contacts.ts';

/** Reads of a list for one page, however few of its contacts have the status asked for. */
const mostReads = 10;

export interface ContactFilter extends PageQuery {
  listId?: string | undefined;
  status?: ContactStatus | undefined;
}

/** @throws AppError NOT_FOUND */
export const findContact = async (table: Table, caller: Caller, contactId: string): Promise<Contact> => {
  const contact = await contactStore(table, caller.organizationId).get(contactId);
  const [found] = await presentContacts(table, caller.organizationId, contact ? [contact] : []);
  if (!found) throw notFound('Contact');
  return asSeenBy(caller, found);
};

/**
 * One page of contacts with the organization's counts.
 * @throws AppError NOT_FOUND for an unknown list, INVALID_CURSOR, PAGE_TOO_DEEP
 */
export const listContacts = async (
  table: Table,
  audience: Audience,
  { organizationId }: Caller,
  { listId, status, ...query }: ContactFilter,
) => {
  const store = contactStore(table, organizationId);
  const { active, inactive } = await store.counts();
  const total = { all: active + inactive, active, inactive }[status ?? 'all'];
  if (listId !== undefined && !(await listNames(table, organizationId, [listId])).has(listId))
    throw notFound('Contact list');

  const ofList = async (list: string, after: Position | undefined, limit: number) => {
    const items: StoredContact[] = [];
    let position = after;
    for (let reads = 0; reads < mostReads; reads += 1) {
      const { members, next } = await audience.page({ listIds: [list], after: position, limit: limit - items.length });
      const contacts = await store.all(members.map(({ contactId }) => contactId));
      items.push(...contacts.filter((contact) => status === undefined || contact.status === status));
      position = next;
      if (next === undefined || items.length === limit) break;
    }
    return { items, next: position };
  };

  const page = await readPage(
    query,
    listId === undefined ? total : status === undefined ? await audience.countMembers(listId) : null,
    (after, limit) => (listId === undefined ? store.page(after, limit, status) : ofList(listId, after, limit)),
  );
  return {
    ...page,
    data: await presentContacts(table, organizationId, page.data),
    filters: { totalContacts: active + inactive, activeContacts: active, inactiveContacts: inactive },
  };
};
