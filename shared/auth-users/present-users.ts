import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { openRoles } from '../roles/open-roles.ts';
import { isBuiltInRole, rightsOfRoles } from '../roles/role.ts';
import { type AuthUser, type AuthUserView, viewOf } from './auth-user.ts';

/** Auth users of one organization as the API shows them, with the names of the roles they hold. */
export const presentUsers = async (
  table: Table,
  organizationId: OrganizationId,
  users: readonly AuthUser[],
): Promise<AuthUserView[]> => {
  const roleIds = users.flatMap(({ roles }) => roles.filter((role) => !isBuiltInRole(role)));
  const custom = await openRoles(table, organizationId).all(roleIds);
  return users.map((user) => viewOf(user, rightsOfRoles(user.roles, custom)));
};

/** As `presentUsers`, of one. */
export const presentUser = async (table: Table, user: AuthUser): Promise<AuthUserView> => {
  const [view] = await presentUsers(table, user.organizationId, [user]);
  if (!view) throw new Error('A user was not presented');
  return view;
};
