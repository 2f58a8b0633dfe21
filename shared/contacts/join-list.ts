import { AppError } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { reviseContact } from './revise-contact.ts';

/** Contacts that are written at once: more would only wait for connections. */
const atOnce = 20;

/**
 * Puts contacts into a list in which most of them are already. Passed over are contacts that are gone, or in as many
 * lists as can be; and all of them when the list is gone.
 */
export const joinList = async (
  table: Table,
  organizationId: OrganizationId,
  listId: string,
  members: readonly { contactId: string; addedBy: string }[],
  at: string,
) => {
  const join = ({ contactId, addedBy: by }: { contactId: string; addedBy: string }) =>
    reviseContact(table, organizationId, { contactId, by, at }, ({ lists }) =>
      listId in lists ? undefined : { joins: [listId] },
    ).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'VALIDATION_ERROR')) throw error;
    });
  for (let start = 0; start < members.length; start += atOnce)
    await Promise.all(members.slice(start, start + atOnce).map(join));
};
