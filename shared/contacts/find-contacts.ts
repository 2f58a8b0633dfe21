import { notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Contact } from './contact.ts';
import type { StoredContact } from './contact-item.ts';
import { contactStore } from './contact-store.ts';
import { asSeenBy } from './own-contact.ts';
import { presentContacts } from './present-contacts.ts';

/** @throws AppError NOT_FOUND */
export const findContact = async (table: Table, caller: Caller, contactId: string): Promise<Contact> => {
  const contact = await contactStore(table, caller.organizationId).get(contactId);
  const [found] = await presentContacts(table, caller.organizationId, contact ? [contact] : [], { activity: true });
  if (!found) throw notFound('Contact');
  return asSeenBy(caller, found);
};

/** Those of the contacts that exist, in the order of the ids, as the table has them at this moment. */
export const contactsByIds = (
  table: Table,
  organizationId: OrganizationId,
  contactIds: readonly string[],
): Promise<StoredContact[]> => contactStore(table, organizationId).all(contactIds, { consistent: true });

/** Exact, of the whole organization. */
export const countOfContacts = async (table: Table, organizationId: OrganizationId): Promise<number> => {
  const { active, inactive } = await contactStore(table, organizationId).counts();
  return active + inactive;
};
