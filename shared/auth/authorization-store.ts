import { AccessRights } from '../auth-users/auth-user.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { lessThan } from '../platform/table/expression.ts';
import { authKeys, roleKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import { CustomRole, isBuiltInRole } from '../roles/role.ts';
import { Session } from '../sessions/session.ts';

export interface Authorization {
  session: Session;
  access: AccessRights;
  /** The roles of the user that are not built in. */
  roles: CustomRole[];
}

/** What decides about a call. */
export const authorizationStore = (table: Table, organizationId: OrganizationId) => ({
  /**
   * One read, strongly consistent, so that logout, disabling and changed roles count at once. `roleIds` are the roles
   * that the token names: read along in the same request. Those that came since cost a second one.
   */
  read: async (userId: string, sessionId: string, roleIds: readonly string[]): Promise<Authorization | undefined> => {
    const roleKey = (roleId: string) => roleKeys.role(organizationId, roleId);
    const hinted = [...new Set(roleIds.filter((role) => !isBuiltInRole(role)))];
    const keys = [authKeys.session(organizationId, userId, sessionId), authKeys.access(organizationId, userId)];
    const [session, found, ...roles] = await table.getAll([...keys, ...hinted.map(roleKey)], { consistent: true });
    if (!session || !found) return undefined;
    const access = AccessRights.parse(found);
    const since = access.roles.filter((role) => !isBuiltInRole(role) && !hinted.includes(role));
    const more = since.length === 0 ? [] : await table.getAll(since.map(roleKey), { consistent: true });
    const items = [...roles, ...more].flatMap((item) => (item ? [CustomRole.parse(item)] : []));
    return { session: Session.parse(session), access, roles: items };
  },

  /** Notes that a session was used at `now`, unless that was noted since `before`. */
  seen: async (userId: string, sessionId: string, { now, before }: { now: string; before: string }): Promise<void> => {
    try {
      const key = authKeys.session(organizationId, userId, sessionId);
      await table.update(key, { set: { lastSeenAt: now } }, lessThan('lastSeenAt', before));
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  },
});
