import { listNames } from '../contact-lists/find-lists.ts';
import { attemptsAt } from '../messages/attempts-at.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Contact } from './contact.ts';
import type { StoredContact } from './contact-item.ts';
import { formatPhone } from './phone.ts';
import { placeOf } from './place.ts';

/**
 * Contacts as the API answers them, in order, with the names of their lists (one being deleted is left out). How often
 * they were texted stands elsewhere, at half a read unit each: it is told where `activity` asks for it.
 */
export const presentContacts = async (
  table: Table,
  organizationId: OrganizationId,
  contacts: readonly StoredContact[],
  { activity }: { activity: boolean },
): Promise<Contact[]> => {
  const listIds = contacts.flatMap(({ lists }) => Object.keys(lists));
  const phones = new Set(contacts.flatMap(({ phone }) => phone ?? []));
  const [names, attempts] = await Promise.all([
    listNames(table, organizationId, listIds),
    activity ? attemptsAt(table, organizationId, [...phones]) : undefined,
  ]);
  const activityOf = (phone = '') =>
    attempts && { lastContactDate: attempts.get(phone)?.lastAt ?? null, contactCount: attempts.get(phone)?.count ?? 0 };
  return contacts.map(({ lists, ...contact }) => ({
    ...contact,
    firstName: contact.firstName ?? null,
    lastName: contact.lastName ?? null,
    email: contact.email ?? null,
    phone: contact.phone ?? null,
    phoneFormatted: contact.phone === undefined ? null : formatPhone(contact.phone),
    company: contact.company ?? null,
    title: contact.title ?? null,
    address: contact.address ?? null,
    city: contact.city ?? null,
    ...placeOf(contact),
    zip: contact.zip ?? null,
    tags: contact.tags ?? [],
    customFields: contact.customFields ?? {},
    leadStatus: contact.leadStatus ?? null,
    source: contact.source ?? null,
    notes: contact.notes ?? null,
    assignedManagerId: contact.assignedManagerId ?? null,
    authUserId: contact.authUserId ?? null,
    ...activityOf(contact.phone),
    lists: Object.entries(lists).flatMap(([id, addedAt]) => {
      const name = names.get(id);
      return name === undefined ? [] : [{ id, name, addedAt }];
    }),
  }));
};
