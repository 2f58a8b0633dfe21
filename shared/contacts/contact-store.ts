import * as z from 'zod';
import { addMember, changeMemberPhone, removeMember } from '../contact-lists/membership.ts';
import { invalidField } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactKeys, contactListKeys } from '../platform/table/contact-keys.ts';
import { and, equals, exists, missing, or } from '../platform/table/expression.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { changeClaims, throwDuplicate } from './contact-claims.ts';
import { changeIndex } from './contact-index.ts';
import { changeContactCounts, contactItem, contactOfItem, forgetTrace, type StoredContact } from './contact-item.ts';

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

  const creation = (contact: StoredContact): Write[] => [
    ...changeClaims(organizationId, undefined, contact),
    { put: contactItem(organizationId, contact), if: missing('pk') },
    ...Object.entries(contact.lists).flatMap(([listId, addedAt]) =>
      addMember(organizationId, listId, member(contact, addedAt, contact.createdBy)),
    ),
    changeContactCounts(organizationId, { [contact.status]: 1 }),
    ...changeIndex(organizationId, undefined, contact),
  ];

  return {
    get: async (contactId: string): Promise<StoredContact | undefined> => {
      const item = await table.get(contactKey(contactId), { consistent: true });
      return item && contactOfItem(item);
    },

    /** Those of the contacts that exist, in the order of the ids. */
    all: async (contactIds: readonly string[], options?: { consistent: boolean }): Promise<StoredContact[]> => {
      const items = await table.getAll(contactIds.map(contactKey), options);
      return items.flatMap((item) => (item ? [contactOfItem(item)] : []));
    },

    counts: async () => Counts.parse((await table.get(organizationKeys.counts(organizationId))) ?? {}),

    /** The writes that make a contact: the claims of its phone and e-mail address first. */
    creation,

    /** Makes a contact, with whatever else `others` writes. @throws AppError DUPLICATE naming the field that another holds */
    create: async (contact: StoredContact, others: readonly Write[] = []): Promise<void> => {
      const writes = [...creation(contact), ...others];
      await table.transact(writes).catch((error: unknown) => {
        if (!(error instanceof TransactionRefused)) throw error;
        throwDuplicate(error, writes, contact.id);
        // The contact's own item stands: the first try went through, and its answer was lost.
        if (error.refused.has(changeClaims(organizationId, undefined, contact).length)) return;
        throw invalidField('listIds', 'A contact list is gone');
      });
    },

    /** The write by which a contact signs in as a user, refused where it does already; or no longer. */
    signsInAs: (contactId: string, authUserId: string, managerId: string | undefined): Write => ({
      update: contactKey(contactId),
      change: {
        set: { authUserId, ...(managerId === undefined ? {} : { assignedManagerId: managerId }) },
        add: { version: 1 },
      },
      if: and(exists('pk'), or(missing('authUserId'), equals('authUserId', authUserId))),
    }),
    signsInNoMore: (contactId: string, authUserId: string): Write => ({
      update: contactKey(contactId),
      change: { remove: ['authUserId'], add: { version: 1 } },
      if: or(missing('authUserId'), equals('authUserId', authUserId)),
    }),

    /** The write by which somebody looks after a contact, or nobody. */
    assign: (contactId: string, managerId: string | null): Write => ({
      update: contactKey(contactId),
      change: {
        ...(managerId === null ? { remove: ['assignedManagerId'] } : { set: { assignedManagerId: managerId } }),
        add: { version: 1 },
      },
      if: exists('pk'),
    }),

    /**
     * Answers false when the contact or a membership is no longer as it was read.
     * @throws AppError DUPLICATE; VALIDATION_ERROR for more at once than a transaction takes
     */
    revise: async (
      { before, after, joins, leaves, by }: ContactRevision,
      others: readonly Write[] = [],
    ): Promise<boolean> => {
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
        ...changeIndex(organizationId, before, after),
        ...(before.status === after.status
          ? []
          : [changeContactCounts(organizationId, { [before.status]: -1, [after.status]: 1 })]),
        ...others,
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
    delete: async (contact: StoredContact, others: readonly Write[] = []): Promise<boolean> => {
      const writes: Write[] = [
        { delete: contactKey(contact.id), if: unchanged(contact) },
        ...changeClaims(organizationId, contact, undefined),
        ...(await leave(contact.id, Object.keys(contact.lists))),
        changeContactCounts(organizationId, { [contact.status]: -1 }),
        ...changeIndex(organizationId, contact, undefined),
        ...forgetTrace(organizationId, contact),
        ...others,
      ];
      return unlessRefused(() => table.transact(writes));
    },
  };
};
