import { notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { TransactionRefused, Write } from '../platform/table/transact.ts';
import type { NewContact } from './contact.ts';
import { throwDuplicate } from './contact-claims.ts';
import { contactStore } from './contact-store.ts';
import { type ContactServices, prepareContact } from './create-contact.ts';

/** A contact that signs in, as part of the transaction that makes its auth user. */
export interface CustomerWrites {
  contactId: string;
  writes: Write[];
  /** Says in the contact's words why the transaction was refused, if that was the reason. */
  explain(error: TransactionRefused, all: readonly Write[]): void;
}

/** The writes that make a contact which signs in as `authUserId` and is looked after by `managerId`. */
export const newCustomer = async (
  services: ContactServices,
  caller: Caller,
  fields: NewContact,
  { authUserId, managerId }: { authUserId: string; managerId: string | undefined },
): Promise<CustomerWrites> => {
  const contact = {
    ...(await prepareContact(services, caller, { source: 'Sign-in', ...fields })),
    authUserId,
    ...(managerId === undefined ? {} : { assignedManagerId: managerId }),
  };
  return {
    contactId: contact.id,
    writes: contactStore(services.table, caller.organizationId).creation(contact),
    explain: (error, all) => throwDuplicate(error, all, contact.id),
  };
};

/** The same for a contact that is there. @throws AppError NOT_FOUND */
export const existingCustomer = async (
  table: Table,
  { organizationId }: Caller,
  contactId: string,
  { authUserId, managerId }: { authUserId: string; managerId: string | undefined },
): Promise<CustomerWrites> => {
  const store = contactStore(table, organizationId);
  const contact = await store.get(contactId);
  if (!contact) throw notFound('Contact');
  return { contactId, writes: [store.signsInAs(contactId, authUserId, managerId)], explain: () => undefined };
};

/** The write after which a contact signs in no more. */
export const endCustomer = (
  table: Table,
  organizationId: OrganizationId,
  contactId: string,
  authUserId: string,
): Write => contactStore(table, organizationId).signsInNoMore(contactId, authUserId);

/** The write after which somebody else looks after a contact, or nobody. */
export const assignCustomer = (
  table: Table,
  organizationId: OrganizationId,
  contactId: string,
  managerId: string | null,
): Write => contactStore(table, organizationId).assign(contactId, managerId);

/** Who looks after each of these contacts; those that nobody looks after are left out. */
export const managersOf = async (
  table: Table,
  organizationId: OrganizationId,
  contactIds: readonly string[],
): Promise<Map<string, string>> => {
  const contacts = await contactStore(table, organizationId).all(contactIds, { consistent: true });
  return new Map(
    contacts.flatMap(({ id, assignedManagerId }) => (assignedManagerId === undefined ? [] : [[id, assignedManagerId]])),
  );
};
