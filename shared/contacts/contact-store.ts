import * as z from 'zod';
import { addMember, changeMemberPhone, removeMember } from '../contact-lists/membership.ts';
import { invalidField } from '../errors.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, exists, missing } from '../platform/table/expression.ts';
import { contactKeys, contactListKeys, organizationKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { walk } from '../platform/table/walk.ts';
import type { ContactStatus } from './contact.ts';
import { changeClaims, throwDuplicate } from './contact-claims.ts';
import { changeContactCounts, contactItem, contactOfItem, type StoredContact } from './contact-item.ts';

/** DynamoDB takes no more in one transaction. */
const mostWrites = 100;

const Counts = z.object({ active: z.number().default(0), inactive: z.number().default(0) });

/** A change of a contact that was read: its fields, and the lists it joins and leaves. */
export interface ContactRevision {
  before: StoredContact;
  after: StoredContact;
  joins: readonly string[];
  leaves: readonly string[];
  by: string;
}

const member = ({ id, phone }: StoredContact, addedAt: string, addedBy: string) => ({
  contactId: id,
  phone: phone ?? null,
  addedAt,
  addedBy,
});

const unchanged = (contact: StoredContact) => and(exists('pk'), equals('version', contact.version));

/** The contacts of an organization: each an item, the claims on its phone and e-mail address, its memberships. */
export const contactStore = (table: Table, organizationId: OrganizationId) => {
  const contactKey = (contactId: string) => contactKeys.contact(organizationId, contactId);

  /** Which of the lists exist, and which hold the contact: both as the table has them. */
  const standing = async (contactId: string, listIds: readonly string[]) => {
    const counts = listIds.map((listId) => contactListKeys.count(organizationId, listId));
    const members = listIds.map((listId) => contactListKeys.member(organizationId, listId, contactId));
    const items = await table.getAll([...counts, ...members], { consistent: true });
    return {
      existing: new Set(listIds.filter((_, index) => items[index])),
      holding: new Set(listIds.filter((_, index) => items[counts.length + index])),
    };
  };

  /** Parts that take a contact out of lists, of which some may be deleted with their members still on the way out. */
  const leave = async (contactId: string, listIds: readonly string[]): Promise<Write[]> => {
    const { existing, holding } = await standing(contactId, listIds);
    return listIds
      .filter((listId) => holding.has(listId))
      .flatMap((listId) =>
        existing.has(listId)
          ? removeMember(organizationId, listId, contactId)
          : [{ delete: contactListKeys.member(organizationId, listId, contactId) }],
      );
  };

  return {
    get: async (contactId: string): Promise<StoredContact | undefined> => {
      const item = await table.get(contactKey(contactId), { consistent: true });
      return item && contactOfItem(item);
    },

    /** Those of the contacts that exist, in the order of the ids. */
    all: async (contactIds: readonly string[]): Promise<StoredContact[]> => {
      const items = await table.getAll(contactIds.map(contactKey));
      return items.flatMap((item) => (item ? [contactOfItem(item)] : []));
    },

    page: async (after: Position | undefined, limit: number, status?: ContactStatus) => {
      const { items, next } = await walk(
        table,
        { partitions: contactKeys.buckets(organizationId) },
        { after, limit, ...(status ? { keep: (item) => item.status === status } : {}) },
      );
      return { items: items.map(contactOfItem), next };
    },

    counts: async () => Counts.parse((await table.get(organizationKeys.counts(organizationId))) ?? {}),

    /** @throws AppError DUPLICATE naming the field that another contact holds */
    create: async (contact: StoredContact): Promise<void> => {
      const taken = changeClaims(organizationId, undefined, contact);
      const writes: Write[] = [
        ...taken,
        { put: contactItem(organizationId, contact), if: missing('pk') },
        ...Object.entries(contact.lists).flatMap(([listId, addedAt]) =>
          addMember(organizationId, listId, member(contact, addedAt, contact.createdBy)),
        ),
        changeContactCounts(organizationId, { [contact.status]: 1 }),
      ];
      await table.transact(writes).catch((error: unknown) => {
        if (!(error instanceof TransactionRefused)) throw error;
        throwDuplicate(error, writes, contact.id);
        // The contact's own item stands: the first try went through, and its answer was lost.
        if (error.refused.has(taken.length)) return;
        throw invalidField('listIds', 'A contact list is gone');
      });
    },

    /**
     * Answers false when the contact or a membership is no longer as it was read.
     * @throws AppError DUPLICATE; VALIDATION_ERROR for more at once than a transaction takes
     */
    revise: async ({ before, after, joins, leaves, by }: ContactRevision): Promise<boolean> => {
      const kept = Object.keys(before.lists).filter((listId) => !leaves.includes(listId));
      const { existing, holding } = await standing(after.id, [...new Set([...joins, ...kept])]);
      if (joins.some((listId) => !existing.has(listId))) throw invalidField('listIds', 'A contact list is gone');
      const { id, lists, version: _version, createdAt: _createdAt, createdBy: _createdBy, ...fields } = after;
      const gone = Object.keys(before).filter((name) => !(name in after));
      const writes: Write[] = [
        ...changeClaims(organizationId, before, after),
        {
          update: contactKey(id),
          change: {
            set: { ...fields, ...Object.fromEntries(joins.map((listId) => [`lists.${listId}`, lists[listId]])) },
            add: { version: 1 },
            remove: [...gone, ...leaves.map((listId) => `lists.${listId}`)],
          },
          if: unchanged(before),
        },
        ...joins
          .filter((listId) => !holding.has(listId))
          .flatMap((listId) => addMember(organizationId, listId, member(after, lists[listId] ?? after.updatedAt, by))),
        ...(await leave(id, leaves)),
        ...(before.phone === after.phone
          ? []
          : [...holding].map((listId) => changeMemberPhone(organizationId, listId, id, after.phone ?? null))),
        ...(before.status === after.status
          ? []
          : [changeContactCounts(organizationId, { [before.status]: -1, [after.status]: 1 })]),
      ];
      if (writes.length > mostWrites)
        throw invalidField('listIds', 'Too many lists at once: change the phone and the lists in two requests');
      try {
        await table.transact(writes);
        return true;
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        throwDuplicate(error, writes, after.id);
        return false;
      }
    },

    /** Takes a list that is deleted out of the contact, if both are still there. */
    forgetList: (contactId: string, listId: string) =>
      table
        .update(contactKey(contactId), { remove: [`lists.${listId}`] }, exists('lists'))
        .then(() => {})
        .catch((error: unknown) => {
          if (!(error instanceof ConditionFailed)) throw error;
        }),

    /** Answers false when the contact or a membership is no longer as it was read. */
    delete: async (contact: StoredContact): Promise<boolean> => {
      const writes: Write[] = [
        { delete: contactKey(contact.id), if: unchanged(contact) },
        ...changeClaims(organizationId, contact, undefined),
        ...(await leave(contact.id, Object.keys(contact.lists))),
        changeContactCounts(organizationId, { [contact.status]: -1 }),
      ];
      return unlessRefused(() => table.transact(writes));
    },
  };
};
