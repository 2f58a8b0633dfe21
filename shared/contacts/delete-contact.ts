import { type Actor, auditWrites } from '../audit-logs/audit.ts';
import { forgetPersonal, personalRemovals } from '../audit-logs/erase-personal.ts';
import { consentRemovals, forgetConsents } from '../consents/leave-consents.ts';
import { AppError, notFound } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { mostListsPerRequest } from './contact.ts';
import { contactNote } from './contact-note.ts';
import { contactStore } from './contact-store.ts';
import type { ContactServices } from './create-contact.ts';

const mostAttempts = 8;
/** Consents that go in the contact's own transaction, which takes a hundred writes, most of them for lists. */
const mostConsents = 5;
/** Phones and addresses of merged contacts that fit beside the lists of a contact. */
const mostOthersAtOnce = 4;
/** Lists that it leaves in there, two writes each: what the log keeps of it has room beside them. */
const mostListsAtOnce = 30;
/** Writes in there that those and the log share. The others are the contact, its own claims, names, trace and entry. */
const mostShared = 84;

/**
 * Deletes a contact with its claims, names, memberships and consents, and what the audit log keeps of it and of those
 * that it took in. What its phone opted out of outlives it.
 * `onlyVersion` spares one that was changed since.
 * @throws AppError NOT_FOUND, CONFLICT, STALE_VERSION
 */
export const deleteContact = async (
  { table, clock, ids }: ContactServices,
  caller: Actor,
  contactId: string,
  onlyVersion?: number,
) => {
  const store = contactStore(table, caller.organizationId);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const contact = await store.get(contactId);
    if (!contact) {
      // A first try may have died between the contact and what came while it went.
      await forget(table, caller.organizationId, contactId);
      throw notFound('Contact');
    }
    if (onlyVersion !== undefined && contact.version !== onlyVersion)
      throw new AppError('STALE_VERSION', 'The contact was changed meanwhile', { version: contact.version });
    if (contact.authUserId !== undefined)
      throw new AppError('CONFLICT', 'This contact signs in: delete its auth user first', {
        authUserId: contact.authUserId,
      });
    const lists = Object.entries(contact.lists);
    const { otherPhones = [], otherEmails = [], ...alone } = contact;
    if (lists.length > 0 && otherPhones.length + otherEmails.length > mostOthersAtOnce) {
      // As below: what it has of others is free first.
      await store.revise({ before: contact, after: alone, joins: [], leaves: [], by: caller.userId });
    } else if (lists.length > mostListsAtOnce) {
      // More than one transaction holds: it leaves some lists first, which is a state like any other.
      const leaves = lists.slice(0, mostListsPerRequest).map(([listId]) => listId);
      const after = { ...contact, lists: Object.fromEntries(lists.slice(mostListsPerRequest)) };
      await store.revise({ before: contact, after, joins: [], leaves, by: caller.userId });
    } else {
      const room = mostShared - 2 * lists.length - otherPhones.length - otherEmails.length;
      const parts = await Promise.all([
        consentRemovals(table, caller.organizationId, contactId, mostConsents),
        personalRemovals(table, caller.organizationId, contactId, room),
      ]);
      const note = contactNote('contact_deleted', contactId, { before: contact, erases: true });
      if (await store.delete(contact, [...parts.flat(), ...auditWrites({ clock, ids }, caller, note)])) {
        await forget(table, caller.organizationId, contactId);
        return { message: 'Contact deleted successfully' };
      }
    }
  }
  throw new AppError('CONFLICT', 'Others are changing this contact; try again');
};

const forget = async (table: Table, organizationId: OrganizationId, contactId: string) => {
  await forgetConsents(table, organizationId, contactId);
  await forgetPersonal(table, organizationId, contactId);
};
