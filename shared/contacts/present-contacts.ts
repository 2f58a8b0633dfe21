import { listNames } from '../contact-lists/find-lists.ts';
import { attemptsAt } from '../messages/attempts-at.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Contact } from './contact.ts';
import { phonesOf, type StoredContact } from './contact-item.ts';
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
  const phones = new Set(contacts.flatMap(phonesOf));
  const [names, attempts] = await Promise.all([
    listNames(table, organizationId, listIds),
    activity ? attemptsAt(table, organizationId, [...phones]) : undefined,
  ]);
  return contacts.map(({ lists, merged: _merged, ...contact }) => ({
    ...contact,
    firstName: contact.firstName ?? null,
    lastName: contact.lastName ?? null,
    email: contact.email ?? null,
    phone: contact.phone ?? null,
    phoneFormatted: contact.phone === undefined ? null : formatPhone(contact.phone),
    otherPhones: contact.otherPhones ?? [],
    otherEmails: contact.otherEmails ?? [],
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
    ...(attempts && textedAt(phonesOf(contact).flatMap((phone) => attempts.get(phone) ?? []))),
    lists: Object.entries(lists).flatMap(([id, addedAt]) => {
      const name = names.get(id);
      return name === undefined ? [] : [{ id, name, addedAt }];
    }),
  }));
};

/** How often and when last a contact was texted at all of its phones, those of contacts merged into it included. */
const textedAt = (attempts: readonly { count: number; lastAt: string }[]) => ({
  lastContactDate:
    attempts
      .flatMap(({ lastAt }) => lastAt ?? [])
      .toSorted()
      .at(-1) ?? null,
  contactCount: attempts.reduce((sum, { count }) => sum + count, 0),
});
