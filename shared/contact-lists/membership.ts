import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactListKeys } from '../platform/table/contact-keys.ts';
import { exists, missing } from '../platform/table/expression.ts';
import type { Item } from '../platform/table/item.ts';
import type { Write } from '../platform/table/transact.ts';

/** One contact in one list: what list pages, audiences and scrubs read. */
export interface Member {
  contactId: string;
  phone: string | null;
  /** ISO 8601 UTC. */
  addedAt: string;
  /** The auth user who added it. */
  addedBy: string;
}

const StoredMember = z.object({
  sk: z.string(),
  phone: z.string().optional(),
  addedAt: z.string(),
  addedBy: z.string(),
});

export const memberOf = (item: unknown): Member => {
  const { sk, phone = null, addedAt, addedBy } = StoredMember.parse(item);
  return { contactId: sk, phone, addedAt, addedBy };
};

/** The membership as it is stored; a bulk writer puts it and counts its batch with `changeMemberCount`. */
export const memberItem = (
  organizationId: OrganizationId,
  listId: string,
  { contactId, phone, addedAt, addedBy }: Member,
): Item => ({
  ...contactListKeys.member(organizationId, listId, contactId),
  ...(phone === null ? {} : { phone }),
  addedAt,
  addedBy,
});

/** Part of a transaction: the list's exact count changes by `by`. Its condition fails when the list is deleted. */
export const changeMemberCount = (organizationId: OrganizationId, listId: string, by: number): Write => ({
  update: contactListKeys.count(organizationId, listId),
  change: { add: { members: by } },
  if: exists('pk'),
});

/** Parts of a transaction: the contact joins the list. They fail when it is a member already, or the list is gone. */
export const addMember = (organizationId: OrganizationId, listId: string, member: Member): Write[] => [
  { put: memberItem(organizationId, listId, member), if: missing('pk') },
  changeMemberCount(organizationId, listId, 1),
];

/** Parts of a transaction: the contact leaves the list. They fail when it is no member, or the list is gone. */
export const removeMember = (organizationId: OrganizationId, listId: string, contactId: string): Write[] => [
  { delete: contactListKeys.member(organizationId, listId, contactId), if: exists('pk') },
  changeMemberCount(organizationId, listId, -1),
];

/** Part of a transaction: a member's phone, which audiences read, follows its contact's. */
export const changeMemberPhone = (
  organizationId: OrganizationId,
  listId: string,
  contactId: string,
  phone: string | null,
): Write => ({
  update: contactListKeys.member(organizationId, listId, contactId),
  change: phone === null ? { remove: ['phone'] } : { set: { phone } },
  if: exists('pk'),
});
