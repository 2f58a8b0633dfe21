import { userNames } from '../auth-users/user-names.ts';
import { contactsByIds } from '../contacts/find-contacts.ts';
import { notFound } from '../errors.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactListKeys } from '../platform/table/contact-keys.ts';
import type { Table } from '../platform/table/table.ts';
import { walk } from '../platform/table/walk.ts';
import type { Audience } from './audience.ts';
import type { ListMember } from './contact-list.ts';
import { contactListStore } from './contact-list-store.ts';
import { type Member, memberOf } from './membership.ts';

/** A member as it is read: nobody added it where a list follows from something. */
type Found = Pick<Member, 'contactId' | 'phone'> & Partial<Member>;

/**
 * One page of a list's members in the order of bucket and contact id: memberships with who and when, or whoever an
 * audience meets.
 * @throws AppError NOT_FOUND, INVALID_CURSOR, PAGE_TOO_DEEP
 */
export const listMembers = async (
  table: Table,
  audience: Audience,
  { organizationId }: Caller,
  listId: string,
  query: PageQuery,
) => {
  const list = await contactListStore(table, organizationId).get(listId);
  if (!list) throw notFound('Contact list');
  const partitions = contactListKeys.memberBuckets(organizationId, listId);
  const { data, pagination } = await readPage<Found>(
    query,
    await audience.countMembers(listId),
    async (after, limit) => {
      if (list.kind === 'plain') {
        const { items, next } = await walk(table, { partitions }, { after, limit });
        return { items: items.map(memberOf), next };
      }
      const { members, next } = await audience.page({ listIds: [listId], after, limit });
      return { items: members, next };
    },
  );
  return { data: await present(table, organizationId, data), pagination };
};

const present = async (
  table: Table,
  organizationId: OrganizationId,
  found: readonly Found[],
): Promise<ListMember[]> => {
  const [contacts, adders] = await Promise.all([
    contactsByIds(
      table,
      organizationId,
      found.map(({ contactId }) => contactId),
    ),
    userNames(
      table,
      organizationId,
      found.flatMap(({ addedBy }) => addedBy ?? []),
    ),
  ]);
  const names = new Map(
    contacts.map(({ id, firstName, lastName, company = null }) => [
      id,
      [firstName, lastName].filter((name) => name !== undefined).join(' ') || company,
    ]),
  );
  return found.map(({ contactId, phone, addedAt = null, addedBy }) => ({
    contactId,
    phone,
    name: names.get(contactId) ?? null,
    addedAt,
    addedBy: addedBy === undefined ? null : { id: addedBy, name: adders.get(addedBy) ?? null },
  }));
};
