import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { contactStore } from './contact-store.ts';

/** Contacts that are written at once: more would only wait for connections. */
const atOnce = 20;

/** Takes a deleted list out of what these contacts know of their lists; contacts that are gone are passed over. */
export const forgetList = async (
  table: Table,
  organizationId: OrganizationId,
  listId: string,
  contactIds: readonly string[],
) => {
  const store = contactStore(table, organizationId);
  for (let start = 0; start < contactIds.length; start += atOnce)
    await Promise.all(contactIds.slice(start, start + atOnce).map((contactId) => store.forgetList(contactId, listId)));
};
