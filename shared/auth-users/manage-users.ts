import { auditWrites } from '../audit-logs/audit.ts';
import { assignCustomer } from '../contacts/customers.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Caller, UserCaller } from '../platform/http/route.ts';
import type { Write } from '../platform/table/transact.ts';
import { chooseRoles } from '../roles/grants.ts';
import { openRoles } from '../roles/open-roles.ts';
import { builtInRoleViews, type Role, rightsOfRoles, viewOfRole } from '../roles/role.ts';
import { removeSecondFactors } from '../second-factors/remove-second-factors.ts';
import { type AuthUser, type AuthUserView, viewOf } from './auth-user.ts';
import { authUserStore } from './auth-user-store.ts';
import { claimChanges, withChange } from './change-user.ts';
import { assertMayGive, managerFor, taken } from './create-user.ts';
import { deleteUser, type UserServices } from './delete-user.ts';
import { findManaged, type ManagedUser } from './find-managed.ts';
import type { AuthUserChange } from './routes.ts';

/** Tries when others change the same user at the same moment. */
const mostAttempts = 5;

interface Revision {
  action: string;
  change: (user: AuthUser) => AuthUser;
  others?: (user: AuthUser, after: AuthUser) => Write[];
  endsSessions?: boolean;
}

const busy = () => new AppError('CONFLICT', 'Others are changing this user; try again');

/** What administrators and managers do with the users that are theirs to manage. */
export const userManagement = (services: UserServices) => {
  const { table, clock, ids, directory } = services;

  const revise = async (caller: Caller, userId: string, revision: Revision): Promise<ManagedUser> => {
    const store = authUserStore(table, caller.organizationId);
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const { user: before, custom } = await findManaged(table, caller, userId);
      const after = { ...revision.change(before), updatedAt: clock().toISOString() };
      const note = {
        action: revision.action,
        resource: 'auth_user',
        resourceId: userId,
        before: { ...before },
        after: { ...after },
      };
      const others = [...(revision.others?.(before, after) ?? []), ...auditWrites({ clock, ids }, caller, note)];
      const endSessions = revision.endsSessions ? {} : undefined;
      if (await store.revise(before, after, { others, endSessions })) return { user: after, custom };
      // Somebody else's name is no reason to try again.
      await assertNamesFree(before, after);
    }
    throw busy();
  };

  const assertNamesFree = async (before: AuthUser, after: AuthUser) => {
    for (const field of ['username', 'email'] as const) {
      const value = after[field];
      if (value === undefined || value === before[field]) continue;
      const holder = await directory.holder(field, value);
      if (holder && holder.id !== after.id) throw taken(field);
    }
  };

  const present = ({ user, custom }: ManagedUser): AuthUserView => viewOf(user, rightsOfRoles(user.roles, custom));

  const assertNotSelf = (caller: Caller, userId: string) => {
    if (caller.userId === userId) throw new AppError('CONFLICT', 'Not to yourself: leave the organization instead');
  };

  return {
    /** @throws AppError NOT_FOUND */
    show: async (caller: Caller, userId: string) => present(await findManaged(table, caller, userId)),

    /** @throws AppError NOT_FOUND, DUPLICATE, VALIDATION_ERROR, CONFLICT */
    change: async (caller: Caller, userId: string, { assigned_manager_id: manager, ...change }: AuthUserChange) => {
      const managerId = manager ? await managerFor(services, caller, manager) : null;
      const others = (before: AuthUser, after: AuthUser): Write[] => {
        const claims = claimChanges(directory, before, after);
        if (manager === undefined) return claims;
        if (before.contactId === undefined)
          throw invalidField('assigned_manager_id', 'assigned_manager_id: only of a customer');
        return [...claims, assignCustomer(table, caller.organizationId, before.contactId, managerId ?? null)];
      };
      return present(
        await revise(caller, userId, { action: 'user_updated', change: (user) => withChange(user, change), others }),
      );
    },

    /** @throws AppError NOT_FOUND, LAST_ADMIN, CONFLICT */
    disable: async (caller: Caller, userId: string) => {
      assertNotSelf(caller, userId);
      const change = (user: AuthUser) => ({ ...user, active: false });
      return present(await revise(caller, userId, { action: 'user_disabled', change, endsSessions: true }));
    },

    /** @throws AppError NOT_FOUND, CONFLICT */
    enable: async (caller: Caller, userId: string) => {
      const change = (user: AuthUser) => ({ ...user, active: true });
      return present(await revise(caller, userId, { action: 'user_enabled', change }));
    },

    /** @throws AppError NOT_FOUND, LAST_ADMIN, CONFLICT */
    delete: async (caller: Caller, userId: string) => {
      assertNotSelf(caller, userId);
      const { user } = await findManaged(table, caller, userId);
      await deleteUser(services, caller, user);
      return { message: 'User deleted' };
    },

    /** The caller's own account goes. @throws AppError LAST_ADMIN, CONFLICT */
    leave: async (caller: UserCaller) => {
      const user = await authUserStore(table, caller.homeOrganizationId).find(caller.userId);
      const actor = { ...caller, organizationId: caller.homeOrganizationId };
      if (user) await deleteUser(services, actor, user, 'user_left');
      return { message: 'You left the organization' };
    },

    /** Only members of the installation's own organization work for the platform. @throws AppError NOT_FOUND, CONFLICT */
    setSuperuser: async (caller: Caller, userId: string, superuser: boolean) => {
      assertNotSelf(caller, userId);
      const installation = await directory.holder('installation', 'installation');
      if (installation?.organizationId !== caller.organizationId)
        throw new AppError('CONFLICT', 'Superusers are members of the installation’s own organization');
      const change = (user: AuthUser) => ({ ...user, superuser });
      return present(await revise(caller, userId, { action: 'superuser_changed', change, endsSessions: !superuser }));
    },

    /** Of a user who lost phone or app. @throws AppError NOT_FOUND, CONFLICT */
    resetSecondStep: async (caller: Caller, userId: string) => {
      const change = ({ verificationMethod: _method, totpEnabled: _totp, ...user }: AuthUser): AuthUser => user;
      const others = () => removeSecondFactors(table, caller.organizationId, userId);
      return present(await revise(caller, userId, { action: 'second_step_reset', change, others, endsSessions: true }));
    },

    /** @throws AppError NOT_FOUND */
    roles: async (caller: Caller, userId: string): Promise<Role[]> => rolesOf(await findManaged(table, caller, userId)),

    /** @throws AppError NOT_FOUND, FORBIDDEN, VALIDATION_ERROR, LAST_ADMIN, CONFLICT */
    assign: async (caller: Caller, userId: string, given: readonly string[]): Promise<Role[]> => {
      const chosen = await chooseRoles(table, caller, given);
      assertMayGive(caller, chosen, 'roles');
      const change = (user: AuthUser): AuthUser => {
        if (user.identityProviderId !== undefined)
          throw new AppError('CONFLICT', 'The roles of this user come with its tokens: change the mapping');
        if (chosen.roles.includes('customer') !== (user.contactId !== undefined))
          throw invalidField('roles', 'roles: customer is the role of a contact that signs in, and its only one');
        return { ...user, roles: chosen.roles };
      };
      const stillThere = openRoles(table, caller.organizationId).stillThere(chosen.custom.map(({ id }) => id));
      const { user } = await revise(caller, userId, { action: 'roles_changed', change, others: () => stillThere });
      return rolesOf({ user, custom: chosen.custom });
    },
  };
};

const rolesOf = ({ user, custom }: ManagedUser): Role[] => [
  ...builtInRoleViews.filter(({ name }) => user.roles.includes(name)),
  ...custom.filter(({ id }) => user.roles.includes(id)).map(viewOfRole),
];
