import { invalidField } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { contactListStore } from './contact-list-store.ts';

/** The names of those lists that exist, by id. */
export const listNames = async (table: Table, organizationId: OrganizationId, listIds: readonly string[]) =>
  new Map((await contactListStore(table, organizationId).all(listIds)).map(({ id, name }) => [id, name]));

/** How a list knows its members; undefined for a list that doesn't exist. */
export const kindOfList = async (table: Table, organizationId: OrganizationId, listId: string) =>
  (await contactListStore(table, organizationId).get(listId))?.kind;

/**
 * Holds that contacts can be put into each of the lists.
 * @throws AppError VALIDATION_ERROR naming `field`, for a list that is unknown or derived
 */
export const requirePlainLists = async (
  table: Table,
  organizationId: OrganizationId,
  listIds: readonly string[],
  field: string,
) => {
  const found = new Map((await contactListStore(table, organizationId).all(listIds)).map((list) => [list.id, list]));
  for (const listId of listIds) {
    const list = found.get(listId);
    if (!list) throw invalidField(field, `${field}: no contact list ${listId}`, { listId });
    if (list.kind === 'derived')
      throw invalidField(field, `${field}: ${list.name} follows from a scrub and takes no contacts`, { listId });
  }
};
