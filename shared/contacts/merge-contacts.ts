import { type Actor, auditWrites } from '../audit-logs/audit.ts';
import { moveConsents } from '../consents/leave-consents.ts';
import { AppError, notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { absorbStore } from './absorb-store.ts';
import type { Contact } from './contact.ts';
import type { StoredContact } from './contact-item.ts';
import { contactNote } from './contact-note.ts';
import { contactStore } from './contact-store.ts';
import type { ContactServices } from './create-contact.ts';
import { absorb, mergeOrder } from './merge-rules.ts';
import { asSeenBy } from './own-contact.ts';
import { presentContacts } from './present-contacts.ts';

const mostAttempts = 8;

/**
 * Merges whoever `read` answers, one transaction for each contact that goes; a crash leaves fewer of them, and a
 * repetition goes on. Answers who is left: undefined when nobody is.
 * @throws AppError CONFLICT for two that sign in, for more than one contact holds, and while others change them
 */
export const mergeAll = async (
  { table, clock, ids }: ContactServices,
  actor: Actor,
  read: () => Promise<StoredContact[]>,
  preferredId?: string,
): Promise<StoredContact | undefined> => {
  const store = absorbStore(table, actor.organizationId);
  for (let refused = 0; refused < mostAttempts; ) {
    const contacts = await read();
    if (contacts.length < 2) return contacts[0];
    const { survivor, others } = mergeOrder(contacts, preferredId);
    const [other] = others;
    if (!other) return survivor;
    const merged = absorb(survivor, other, clock().toISOString());
    const note = contactNote('contact_merged', survivor.id, {
      before: survivor,
      after: merged,
      details: { absorbed: other },
      absorbed: other.id,
    });
    const step = await store.step({ survivor, other, merged }, auditWrites({ clock, ids }, actor, note));
    if (step === 'done') await moveConsents(table, actor.organizationId, other.id, survivor.id);
    if (step === 'refused') refused += 1;
  }
  throw new AppError('CONFLICT', 'Others are changing these contacts; try again');
};

/**
 * Merges others into a contact, or all into the one of them that signs in. What an earlier try merged is no error.
 * @throws AppError NOT_FOUND, CONFLICT
 */
export const mergeInto = async (
  services: ContactServices,
  caller: Caller,
  contactId: string,
  otherIds: readonly string[],
): Promise<Contact> => {
  const { table } = services;
  const { organizationId } = caller;
  const store = contactStore(table, organizationId);
  const ids = [...new Set([contactId, ...otherIds])];
  const found = await store.all(ids, { consistent: true });
  const known = new Set(found.flatMap(({ id, merged }) => [id, ...(merged?.ids ?? [])]));
  const absent = ids.find((id) => !known.has(id));
  if (absent === contactId) throw notFound('Contact');
  if (absent !== undefined)
    throw new AppError('NOT_FOUND', 'Contact not found', { field: 'contactIds', contactId: absent });
  // A first try may have died between a contact that had many consents and those.
  for (const { id, merged } of found)
    for (const gone of ids.filter((one) => merged?.ids.includes(one)))
      await moveConsents(table, organizationId, gone, id);
  const merged = await mergeAll(services, caller, () => store.all(ids, { consistent: true }), contactId);
  const [presented] = await presentContacts(table, organizationId, merged ? [merged] : [], { activity: true });
  if (!presented) throw notFound('Contact');
  return asSeenBy(caller, presented);
};
