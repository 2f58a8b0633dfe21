import { matcherOf } from '../contacts/contact-filter.ts';
import type { StoredContact } from '../contacts/contact-item.ts';
import { invalidField } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { ContactListKind } from './contact-list.ts';
import { contactListStore, type StoredList } from './contact-list-store.ts';

/** The names of those lists that exist, by id. */
export const listNames = async (table: Table, organizationId: OrganizationId, listIds: readonly string[]) =>
  new Map((await contactListStore(table, organizationId).all(listIds)).map(({ id, name }) => [id, name]));

/** How the contacts of a list are told from others. */
export interface ListScope {
  kind: ContactListKind;
  /** Whether a contact shows that it is in the list. Of a derived list none does: only an audience knows. */
  shows: (contact: StoredContact) => boolean;
}

/** Undefined for a list that doesn't exist. */
export const scopeOfList = async (
  table: Table,
  organizationId: OrganizationId,
  listId: string,
): Promise<ListScope | undefined> => {
  const list = await contactListStore(table, organizationId).get(listId);
  return list && { kind: list.kind, shows: shownBy(list) };
};

const shownBy = ({ id, kind, filter }: StoredList): ListScope['shows'] => {
  if (kind === 'segment') return inSegment(filter);
  return kind === 'plain' ? (contact) => id in contact.lists : () => true;
};

/** Tells the contacts of a segment. */
export const inSegment = (filter: StoredList['filter'] = {}) => {
  const matches = matcherOf(filter);
  const { listId } = filter;
  return (contact: StoredContact) => (listId === undefined || listId in contact.lists) && matches(contact);
};

/** The lists of these ids, in their order. @throws AppError VALIDATION_ERROR naming `field` and the unknown one */
export const requireLists = async (
  table: Table,
  organizationId: OrganizationId,
  listIds: readonly string[],
  field: string,
): Promise<StoredList[]> => {
  const found = new Map((await contactListStore(table, organizationId).all(listIds)).map((list) => [list.id, list]));
  return listIds.map((listId) => {
    const list = found.get(listId);
    if (!list) throw invalidField(field, `${field}: no contact list ${listId}`, { listId });
    return list;
  });
};

const followsFrom = { derived: 'a scrub', segment: 'a filter' } as const;

/**
 * Holds that contacts can be put into each of the lists.
 * @throws AppError VALIDATION_ERROR naming `field`, for a list that is unknown or follows from something
 */
export const requirePlainLists = async (
  table: Table,
  organizationId: OrganizationId,
  listIds: readonly string[],
  field: string,
) => {
  for (const { id: listId, kind, name } of await requireLists(table, organizationId, listIds, field))
    if (kind !== 'plain')
      throw invalidField(field, `${field}: ${name} follows from ${followsFrom[kind]} and takes no contacts`, {
        listId,
      });
};
