import { notFound } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { bulkOf } from '../platform/table/bulk.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import { and, equals, exists, missing } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { contactStore } from './contact-store.ts';

/**
 * The phone (E.164) of a contact, and the part of a transaction that is refused once it isn't the contact's any more.
 * @throws AppError NOT_FOUND
 */
export const standingContact = async (
  table: Table,
  organizationId: OrganizationId,
  contactId: string,
): Promise<{ phone: string | null; stands: Write }> => {
  const contact = await contactStore(table, organizationId).get(contactId);
  if (!contact) throw notFound('Contact');
  const { phone } = contact;
  const same = phone === undefined ? missing('phone') : equals('phone', phone);
  return {
    phone: phone ?? null,
    stands: { check: contactKeys.contact(organizationId, contactId), if: and(exists('pk'), same) },
  };
};

/** A contact by its id, with the phone or else the e-mail address by which it was found. */
interface Found {
  contactId: string;
  phone?: string;
  email?: string;
}

/**
 * Those of the (distinct) contacts that were deleted. One that an import has claimed and not made yet is none of them.
 */
export const goneContacts = async (
  table: Table,
  organizationId: OrganizationId,
  contacts: readonly Found[],
): Promise<string[]> => {
  const { get } = bulkOf(table);
  const items = await get(contacts.map(({ contactId }) => contactKeys.contact(organizationId, contactId)));
  const absent = contacts.filter((_, index) => !items[index]);
  const claims = await get(
    absent.map(({ phone, email = '' }) =>
      phone === undefined
        ? contactKeys.emailClaim(organizationId, email)
        : contactKeys.phoneClaim(organizationId, phone),
    ),
  );
  return absent.map(({ contactId }) => contactId).filter((contactId, index) => claims[index]?.contactId !== contactId);
};
