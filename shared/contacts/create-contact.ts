import { auditWrites } from '../audit-logs/audit.ts';
import { requireUser } from '../auth-users/require-user.ts';
import { requirePlainLists } from '../contact-lists/find-lists.ts';
import { typedFields } from '../custom-fields/typed-fields.ts';
import { invalidField } from '../errors.ts';
import { settingsOf } from '../organizations/manage-organization.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Contact, NewContact } from './contact.ts';
import { StoredContact, withoutEmpty } from './contact-item.ts';
import { contactNote } from './contact-note.ts';
import { contactStore } from './contact-store.ts';
import { parsePhone } from './phone.ts';
import { presentContacts } from './present-contacts.ts';

export interface ContactServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

/**
 * Makes a contact with its claims, memberships and counts in one transaction.
 * @throws AppError DUPLICATE naming field and contact; VALIDATION_ERROR for a phone that is none, a custom field of
 * another type, or an unknown list
 */
export const createContact = async (
  services: ContactServices,
  caller: Caller,
  fields: NewContact,
): Promise<Contact> => {
  const { table } = services;
  const contact = await prepareContact(services, caller, fields);
  const note = contactNote('contact_created', contact.id, { after: contact });
  await contactStore(table, caller.organizationId).create(contact, auditWrites(services, caller, note));
  const [created] = await presentContacts(table, caller.organizationId, [contact], { activity: true });
  if (!created) throw new Error('A contact was not presented');
  return created;
};

/** A contact as it will be stored. @throws AppError VALIDATION_ERROR as `createContact` */
export const prepareContact = async (
  { table, clock, ids }: ContactServices,
  { organizationId, userId }: Caller,
  { listIds = [], ...fields }: NewContact,
): Promise<StoredContact> => {
  const country = fields.country ?? (await settingsOf(table, organizationId)).defaultCountry;
  const phone = readPhone(fields.phone, country);
  if (phone === undefined && !fields.email) throw unidentified();
  const [typed] = await Promise.all([
    typedFields(table, organizationId, fields),
    requirePlainLists(table, organizationId, listIds, 'listIds'),
    requireUser(table, organizationId, fields.assignedManagerId, 'assignedManagerId'),
  ]);
  const now = clock().toISOString();
  return StoredContact.parse({
    status: 'active',
    source: 'API',
    ...withoutEmpty({ ...fields, ...typed, phone }),
    id: ids.random(),
    country,
    createdBy: userId,
    createdAt: now,
    updatedAt: now,
    version: 1,
    lists: Object.fromEntries(listIds.map((listId) => [listId, now])),
  });
};

export const unidentified = () =>
  invalidField('phone', 'phone: a contact needs a phone number or an e-mail address', { constraint: 'required' });

/** E.164 of a phone as it was typed. @throws AppError VALIDATION_ERROR saying what is wrong with it */
export const readPhone = (text: string | null | undefined, country: string): string | undefined => {
  if (text === null || text === undefined) return undefined;
  const phone = parsePhone(text, country);
  if (phone.kind === 'refused') throw invalidField('phone', `phone: ${phone.message}`, { constraint: phone.code });
  return phone.e164;
};
