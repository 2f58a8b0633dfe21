import { auditWrites } from '../audit-logs/audit.ts';
import { requireUser } from '../auth-users/require-user.ts';
import { requirePlainLists } from '../contact-lists/find-lists.ts';
import { typedFields } from '../custom-fields/typed-fields.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { type Contact, type ContactChange, mostListsOfContact, mostListsPerRequest } from './contact.ts';
import { contactOf, emailsOf, phonesOf, type StoredContact } from './contact-item.ts';
import { contactNote } from './contact-note.ts';
import { contactStore } from './contact-store.ts';
import { type ContactServices, readPhone, unidentified } from './create-contact.ts';
import { asSeenBy, assertOwnFields } from './own-contact.ts';
import { presentContacts } from './present-contacts.ts';

/** Tries when others change the same contact at the same moment. */
const mostAttempts = 5;

/**
 * Changes what `change` names. Its claims, memberships and counts follow in the same transaction; what others changed
 * meanwhile stays, unless the caller said by `version` what it had read.
 * @throws AppError NOT_FOUND, DUPLICATE, STALE_VERSION, CONFLICT, VALIDATION_ERROR
 */
export const updateContact = async (
  { table, clock, ids }: ContactServices,
  caller: Caller,
  contactId: string,
  { version, listIds, ...change }: ContactChange,
): Promise<Contact> => {
  const { organizationId, userId } = caller;
  assertOwnFields(caller, { listIds, ...change });
  await requireUser(table, organizationId, change.assignedManagerId, 'assignedManagerId');
  const store = contactStore(table, organizationId);
  const typed = await typedFields(table, organizationId, change);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const before = await store.get(contactId);
    if (!before) throw notFound('Contact');
    if (version !== undefined && version !== before.version)
      throw new AppError('STALE_VERSION', 'Somebody else changed the contact meanwhile', {
        field: 'version',
        version: before.version,
      });
    const { assignedManagerId = before.assignedManagerId } = change;
    if (before.authUserId !== undefined && (assignedManagerId ?? undefined) !== before.assignedManagerId)
      throw new AppError('CONFLICT', 'This contact signs in: who looks after it is changed with its auth user', {
        field: 'assignedManagerId',
        authUserId: before.authUserId,
      });
    assertKnown('otherPhones', change.otherPhones, phonesOf(before));
    assertKnown('otherEmails', change.otherEmails, emailsOf(before));
    const now = clock().toISOString();
    const { joins, leaves } = listChanges(before, listIds);
    await requirePlainLists(table, organizationId, joins, 'listIds');
    const left = Object.entries(before.lists).filter(([listId]) => !leaves.includes(listId));
    const phone = change.phone === undefined ? before.phone : readPhone(change.phone, change.country ?? before.country);
    const after = contactOf({
      ...before,
      ...change,
      ...typed,
      phone,
      updatedAt: now,
      lists: { ...Object.fromEntries(left), ...Object.fromEntries(joins.map((listId) => [listId, now])) },
    });
    if (after.phone === undefined && after.email === undefined) throw unidentified();
    const note = contactNote('contact_updated', contactId, { before, after });
    const others = auditWrites({ clock, ids }, caller, note);
    if (await store.revise({ before, after, joins, leaves, by: userId }, others)) {
      const [changed] = await presentContacts(table, organizationId, [{ ...after, version: before.version + 1 }], {
        activity: true,
      });
      if (changed) return asSeenBy(caller, changed);
    }
  }
  throw new AppError('CONFLICT', 'Others are changing this contact; try again');
};

/** Others come with merged contacts alone; people may drop them. @throws AppError VALIDATION_ERROR */
const assertKnown = (field: string, wanted: readonly string[] | undefined, known: readonly string[]) => {
  if (wanted?.some((one) => !known.includes(one)))
    throw invalidField(field, `${field}: what a merged contact brought can be dropped, and nothing added`);
};

const listChanges = (before: StoredContact, listIds: readonly string[] | undefined) => {
  if (listIds === undefined) return { joins: [], leaves: [] };
  const current = Object.keys(before.lists);
  const joins = listIds.filter((listId) => !current.includes(listId));
  const leaves = current.filter((listId) => !listIds.includes(listId));
  if (listIds.length > mostListsOfContact)
    throw invalidField('listIds', `listIds: a contact is in ${mostListsOfContact} lists at most`);
  if (joins.length + leaves.length > mostListsPerRequest)
    throw invalidField('listIds', `listIds: at most ${mostListsPerRequest} lists change in one request`);
  return { joins, leaves };
};
