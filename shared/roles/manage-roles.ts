import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import { assertHolds } from './grants.ts';
import {
  builtInRoleOf,
  builtInRoleViews,
  type CustomRole,
  type NewRole,
  type Role,
  type RoleChange,
  viewOfRole,
} from './role.ts';
import { roleStore } from './role-store.ts';

export interface RoleServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

/** All of them fit one page of the table, and one answer. */
const mostRoles = 100;
/** Tries when others change the same role at the same moment. */
const mostAttempts = 5;

/** What administrators do with the roles of their organization. */
export const roleManagement = ({ table, clock, ids }: RoleServices) => {
  const storeOf = ({ organizationId }: Caller) => roleStore(table, organizationId);

  /** @throws AppError NOT_FOUND; CONFLICT for a built-in role */
  const standing = async (caller: Caller, roleId: string): Promise<CustomRole> => {
    if (builtInRoleOf(roleId)) throw new AppError('CONFLICT', 'A built-in role stays as it is');
    const role = await storeOf(caller).get(roleId);
    if (!role) throw notFound('Role');
    return role;
  };

  return {
    list: async (caller: Caller): Promise<Role[]> => {
      const own = await storeOf(caller).list();
      const byName = own.toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
      return [...builtInRoleViews, ...byName.map(viewOfRole)];
    },

    /** @throws AppError NOT_FOUND */
    show: async (caller: Caller, roleId: string): Promise<Role> => {
      const builtIn = builtInRoleViews.find(({ id }) => id === roleId);
      return builtIn ?? viewOfRole(await standing(caller, roleId));
    },

    /** @throws AppError FORBIDDEN, DUPLICATE naming name, CONFLICT when there are too many */
    create: async (caller: Caller, { description, ...given }: NewRole): Promise<Role> => {
      assertHolds(caller, given.permissions, 'permissions');
      assertFree(given.name);
      const store = storeOf(caller);
      if ((await store.list()).length >= mostRoles)
        throw new AppError('CONFLICT', `An organization has at most ${mostRoles} roles of its own`);
      const now = clock().toISOString();
      const role: CustomRole = {
        id: ids.random(),
        ...given,
        ...(description ? { description } : {}),
        createdAt: now,
        updatedAt: now,
        version: 1,
      };
      const note = { action: 'role_created', resource: 'role', resourceId: role.id, after: role };
      try {
        await table.transact([...store.create(role), ...auditWrites({ clock, ids }, caller, note)]);
      } catch (error) {
        // By the places of the writes: a claim that is refused while the role's own put is not.
        if (!(error instanceof TransactionRefused)) throw error;
        if (!error.refused.has(1)) throw taken();
      }
      return viewOfRole(role);
    },

    /** What is absent stays. @throws AppError NOT_FOUND, FORBIDDEN, DUPLICATE, STALE_VERSION, CONFLICT */
    change: async (caller: Caller, roleId: string, { version, ...change }: RoleChange): Promise<Role> => {
      const store = storeOf(caller);
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const before = await standing(caller, roleId);
        if (version !== undefined && version !== before.version)
          throw new AppError('STALE_VERSION', 'Somebody else changed the role meanwhile', {
            field: 'version',
            version: before.version,
          });
        const {
          description = before.description ?? null,
          name = before.name,
          permissions = before.permissions,
        } = change;
        // Whoever holds less than the role may not touch it: taking away is giving the rest.
        assertHolds(caller, [...before.permissions, ...permissions], 'permissions');
        assertFree(name);
        const { description: _former, ...kept } = before;
        const after: CustomRole = {
          ...kept,
          name,
          permissions,
          ...(description ? { description } : {}),
          updatedAt: clock().toISOString(),
          version: before.version + 1,
        };
        const note = { action: 'role_updated', resource: 'role', resourceId: roleId, before, after };
        try {
          await table.transact([...store.revise(before, after), ...auditWrites({ clock, ids }, caller, note)]);
          return viewOfRole(after);
        } catch (error) {
          if (!(error instanceof TransactionRefused)) throw error;
          if (!error.refused.has(0)) throw taken();
        }
      }
      throw new AppError('CONFLICT', 'Others are changing this role; try again');
    },

    /** @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT */
    delete: async (caller: Caller, roleId: string): Promise<{ message: string }> => {
      const role = await standing(caller, roleId);
      assertHolds(caller, role.permissions, 'permissions');
      const note = { action: 'role_deleted', resource: 'role', resourceId: roleId, before: role };
      try {
        await table.transact([...storeOf(caller).delete(role), ...auditWrites({ clock, ids }, caller, note)]);
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        throw new AppError('CONFLICT', 'Somebody else is changing this role; try again');
      }
      return { message: 'Role deleted' };
    },
  };
};

const taken = () => new AppError('DUPLICATE', 'Another role has this name', { field: 'name' });

/** @throws AppError DUPLICATE for the name of a built-in role */
const assertFree = (name: string) => {
  if (builtInRoleOf(name)) throw taken();
};
