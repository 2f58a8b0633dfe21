import { AppError, invalidField } from '../errors.ts';
import type { Permission } from '../permissions.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { openRoles } from './open-roles.ts';
import { builtInRoleOf, type CustomRole, rightsOfRoles } from './role.ts';

/**
 * Refuses to give away what the giver doesn't hold.
 * @throws AppError FORBIDDEN naming the field and the first such permission
 */
export const assertHolds = ({ permissions }: Caller, granted: Iterable<Permission>, field: string) => {
  for (const permission of granted)
    if (!permissions.has(permission))
      throw new AppError('FORBIDDEN', `${field}: you can’t grant ${permission}, which you don’t hold`, {
        field,
        permission,
      });
};

/** Roles that were named, as they are stored: names of built-in roles, ids of others. */
export interface ChosenRoles {
  roles: string[];
  /** Those that the organization made, for the transaction that hands them out: they must still be there. */
  custom: CustomRole[];
}

/**
 * The roles that `given` names: built-in ones by name or id, others by id.
 * @throws AppError VALIDATION_ERROR for a role that the organization doesn't have
 */
export const chooseRoles = async (
  table: Table,
  { organizationId }: Caller,
  given: readonly string[],
  field = 'roles',
): Promise<ChosenRoles> => {
  const builtIn = given.flatMap((role) => builtInRoleOf(role) ?? []);
  const ids = [...new Set(given.filter((role) => !builtInRoleOf(role)).map((role) => role.toLowerCase()))];
  const custom = await openRoles(table, organizationId).all(ids);
  const unknown = ids.find((id) => !custom.some((role) => role.id === id));
  if (unknown !== undefined) throw invalidField(field, `${field}: there is no role ${unknown}`, { role: unknown });
  return { roles: [...new Set([...builtIn, ...custom.map(({ id }) => id)])], custom };
};

/** As `assertHolds`, for everything that the roles grant. */
export const assertMayAssign = (caller: Caller, { roles, custom }: ChosenRoles, field = 'roles') =>
  assertHolds(caller, rightsOfRoles(roles, custom).permissions, field);
