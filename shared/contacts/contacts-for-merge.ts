import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { type ContactStatus, personalFields } from './contact.ts';
import { contactStore } from './contact-store.ts';

/** What a message to a contact may need of it. */
export interface MergeContact {
  id: string;
  phone: string | null;
  status: ContactStatus;
  /** Where the contact says it is: quiet hours look at it before the area code. */
  state: string | null;
  zip: string | null;
  /** Template variables by name: the contact's own fields, and its custom fields where the names differ. */
  fields: Record<string, string>;
}

/** Those of the contacts that exist, by id. Reads 100 at a time. */
export const contactsForMerge = async (
  table: Table,
  organizationId: OrganizationId,
  contactIds: readonly string[],
): Promise<Map<string, MergeContact>> => {
  const contacts = await contactStore(table, organizationId).all([...new Set(contactIds)]);
  return new Map(
    contacts.map((contact) => [
      contact.id,
      {
        id: contact.id,
        phone: contact.phone ?? null,
        status: contact.status,
        state: contact.state ?? null,
        zip: contact.zip ?? null,
        fields: {
          ...Object.fromEntries(
            Object.entries(contact.customFields ?? {}).flatMap(([name, value]) =>
              value === null ? [] : [[name, String(value)]],
            ),
          ),
          ...Object.fromEntries(
            personalFields.flatMap((name) => (contact[name] === undefined ? [] : [[name, contact[name]]])),
          ),
        },
      },
    ]),
  );
};
