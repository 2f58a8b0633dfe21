import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { missing } from '../platform/table/expression.ts';
import { authKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { AccessRights, AuthUser, rightsOf } from './auth-user.ts';
import { Session } from './session.ts';

const Password = z.object({ hash: z.string(), registrationKeyHash: z.string().optional() });
export type Password = z.infer<typeof Password>;

/** The auth users of an organization. What signs a user in stands apart from what is shown of it. */
export const authUserStore = (table: Table, organizationId: OrganizationId) => ({
  /** The writes that make a user. */
  create: (user: AuthUser, password: Password): Write[] => [
    { put: { ...authKeys.user(organizationId, user.id), ...user }, if: missing('pk') },
    { put: { ...authKeys.password(organizationId, user.id), ...password } },
    { put: { ...authKeys.access(organizationId, user.id), ...rightsOf(user) } },
  ],

  find: async (userId: string): Promise<AuthUser | undefined> => {
    const item = await table.get(authKeys.user(organizationId, userId), { consistent: true });
    return item && AuthUser.parse(item);
  },

  /** A user with what verifies its password. */
  forSignIn: async (userId: string): Promise<{ user: AuthUser; password: Password } | undefined> => {
    const keys = [authKeys.user(organizationId, userId), authKeys.password(organizationId, userId)];
    const [user, password] = await table.getAll(keys, { consistent: true });
    return user && password && { user: AuthUser.parse(user), password: Password.parse(password) };
  },

  /** What decides about a call: one read, strongly consistent, so that logout and disabling count at once. */
  authorization: async (
    userId: string,
    sessionId: string,
  ): Promise<{ session: Session; rights: AccessRights } | undefined> => {
    const keys = [authKeys.session(organizationId, userId, sessionId), authKeys.access(organizationId, userId)];
    const [session, rights] = await table.getAll(keys, { consistent: true });
    return session && rights && { session: Session.parse(session), rights: AccessRights.parse(rights) };
  },
});
