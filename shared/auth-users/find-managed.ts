import { managersOf } from '../contacts/customers.ts';
import { notFound } from '../errors.ts';
import { settingsOf } from '../organizations/manage-organization.ts';
import { type PageQuery, type Position, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { openRoles } from '../roles/open-roles.ts';
import { type CustomRole, isBuiltInRole, rightsOfRoles } from '../roles/role.ts';
import { type AuthUser, type AuthUserView, viewOf } from './auth-user.ts';
import { authUserStore } from './auth-user-store.ts';
import { type Managed, manages } from './who-manages.ts';

/** What one request reads at the most, however little of it passes the filter. */
const mostRead = 1000;

/** Users with what decides who manages them. */
const describe = async (table: Table, organizationId: OrganizationId, users: readonly AuthUser[]) => {
  const roleIds = users.flatMap(({ roles }) => roles.filter((role) => !isBuiltInRole(role)));
  const contactIds = users.flatMap(({ contactId }) => contactId ?? []);
  const [custom, managers] = await Promise.all([
    openRoles(table, organizationId).all(roleIds),
    contactIds.length === 0 ? new Map<string, string>() : managersOf(table, organizationId, contactIds),
  ]);
  return users.map((user) => ({ user, custom, managed: managedOf(user, custom, managers) }));
};

const managedOf = (user: AuthUser, custom: readonly CustomRole[], managers: Map<string, string>): Managed => ({
  rights: rightsOfRoles(user.roles, custom),
  superuser: user.superuser,
  ...(user.contactId === undefined ? {} : { customer: { managerId: managers.get(user.contactId) } }),
});

/** Whether the setting is asked for at all: it opens nothing to those who manage all, or none. */
const seesAllCustomers = async (table: Table, caller: Caller) =>
  caller.superuser ||
  caller.roles.includes('admin') ||
  (await settingsOf(table, caller.organizationId)).managersSeeAllCustomers;

export interface ManagedUser {
  user: AuthUser;
  /** Those of its roles that the organization made. */
  custom: readonly CustomRole[];
}

/** A user that is the caller's to manage; any other answers as one that doesn't exist. @throws AppError NOT_FOUND */
export const findManaged = async (table: Table, caller: Caller, userId: string): Promise<ManagedUser> => {
  const user = await authUserStore(table, caller.organizationId).find(userId);
  if (!user) throw notFound('AuthUser');
  const [found] = await describe(table, caller.organizationId, [user]);
  if (!found || !manages(caller, found.managed, await seesAllCustomers(table, caller))) throw notFound('AuthUser');
  return { user, custom: found.custom };
};

export interface UserFilter extends PageQuery {
  role?: string | undefined;
  is_active?: 'true' | 'false' | undefined;
}

const readUsers = (
  table: Table,
  { organizationId }: Caller,
  query: PageQuery,
  keep: (user: AuthUser, managed: Managed) => boolean,
) => {
  const store = authUserStore(table, organizationId);
  return readPage(query, null, async (after: Position | undefined, limit: number) => {
    const items: AuthUserView[] = [];
    let position = after;
    for (let looked = 0; looked < mostRead; ) {
      const page = await store.page(position, limit - items.length);
      for (const { user, managed } of await describe(table, organizationId, page.items))
        if (keep(user, managed)) items.push(viewOf(user, managed.rights));
      looked += page.items.length;
      position = page.next;
      if (position === undefined || items.length === limit) break;
    }
    return { items, next: position };
  });
};

/** A page of the users that are the caller's to manage. @throws AppError INVALID_CURSOR, PAGE_TOO_DEEP */
export const listManaged = async (table: Table, caller: Caller, { role, is_active, ...query }: UserFilter) => {
  const all = await seesAllCustomers(table, caller);
  return readUsers(
    table,
    caller,
    query,
    (user, managed) =>
      manages(caller, managed, all) &&
      (role === undefined || managed.rights.roles.includes(role)) &&
      (is_active === undefined || user.active === (is_active === 'true')),
  );
};

/** A page of the customers with a sign-in that the caller looks after. */
export const listManagedCustomers = (table: Table, caller: Caller, query: PageQuery) =>
  readUsers(table, caller, query, (_user, { customer }) => customer?.managerId === caller.userId);
