import { AppError } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { mostListsOfContact } from './contact.ts';
import { contactOf, type StoredContact } from './contact-item.ts';
import { contactStore } from './contact-store.ts';

/** What becomes of a contact: fields that change, lists that it joins and leaves, and what else is written with it. */
export interface Revision {
  fields?: Partial<Omit<StoredContact, 'id' | 'lists' | 'version'>>;
  joins?: readonly string[];
  leaves?: readonly string[];
  others?: readonly Write[];
}

const mostAttempts = 8;

/**
 * Changes a contact as it stands, however often others change it meanwhile. `decide` sees it and answers what is to
 * become of it, or nothing when it is as it should be. Answers the contact, or undefined when there is none.
 * @throws AppError DUPLICATE, VALIDATION_ERROR for more lists than a contact may be in or one that is gone, CONFLICT
 */
export const reviseContact = async (
  table: Table,
  organizationId: OrganizationId,
  { contactId, by, at }: { contactId: string; by: string; at: string },
  decide: (contact: StoredContact) => Revision | undefined,
): Promise<StoredContact | undefined> => {
  const store = contactStore(table, organizationId);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const before = await store.get(contactId);
    if (!before) return undefined;
    const revision = decide(before);
    if (!revision) return before;
    const { fields = {}, joins = [], leaves = [], others = [] } = revision;
    const kept = Object.entries(before.lists).filter(([listId]) => !leaves.includes(listId));
    const lists = { ...Object.fromEntries(kept), ...Object.fromEntries(joins.map((listId) => [listId, at])) };
    if (joins.length > 0 && Object.keys(lists).length > mostListsOfContact)
      throw new AppError('VALIDATION_ERROR', `A contact is in ${mostListsOfContact} lists at most`);
    const after = contactOf({ ...before, ...fields, updatedAt: at, lists });
    if (await store.revise({ before, after, joins, leaves, by }, others)) return after;
  }
  throw new AppError('CONFLICT', 'Others are changing this contact; try again');
};
