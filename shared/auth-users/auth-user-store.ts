import { AppError } from '../errors.ts';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, exists, missing, moreThan } from '../platform/table/expression.ts';
import type { Item } from '../platform/table/item.ts';
import { authKeys, organizationKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { walk } from '../platform/table/walk.ts';
import { AccessRights, AuthUser, accessOf, isActiveAdmin, Password, type SignInAccount } from './auth-user.ts';

/** The auth users of an organization. What signs a user in stands apart from what is shown of it. */
export const authUserStore = (table: Table, organizationId: OrganizationId) => {
  const userKey = (userId: string) => authKeys.user(organizationId, userId);
  const accessKey = (userId: string) => authKeys.access(organizationId, userId);

  /** Counts the admins; the last one can't go. */
  const countAdmins = (before: AuthUser | undefined, after: AuthUser | undefined): Write[] => {
    const change = Number(isActiveAdmin(after)) - Number(isActiveAdmin(before));
    if (change === 0) return [];
    const update = { update: organizationKeys.admins(organizationId), change: { add: { count: change } } };
    return change > 0 ? [update] : [{ ...update, if: moreThan('count', 1) }];
  };

  /** Writes beside those of a caller; the refusal of a change that was read too early is false. */
  const attempt = async (writes: readonly Write[], others: readonly Write[]): Promise<boolean> => {
    try {
      await table.transact([...writes, ...others]);
      return true;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      const admins = writes.findIndex((write) => 'update' in write && write.update.sk === 'admins');
      if (error.refused.has(admins) && !error.refused.has(0))
        throw new AppError('LAST_ADMIN', 'The organization’s last admin can’t be removed, disabled or demoted');
      return false;
    }
  };

  return {
    /** The writes that make a user. */
    create: (user: AuthUser, password?: Password): Write[] => [
      { put: { ...userKey(user.id), ...user }, if: missing('pk') },
      ...(password ? [{ put: { ...authKeys.password(organizationId, user.id), ...password } }] : []),
      { put: { ...accessKey(user.id), ...accessOf(user), sessionEpoch: 0 } },
      ...countAdmins(undefined, user),
    ],

    find: async (userId: string): Promise<AuthUser | undefined> => {
      const item = await table.get(userKey(userId), { consistent: true });
      return item && AuthUser.parse(item);
    },

    /** Those of the users that exist. */
    all: async (userIds: readonly string[]): Promise<AuthUser[]> => {
      const items = await table.getAll([...new Set(userIds)].map(userKey));
      return items.flatMap((item) => (item ? [AuthUser.parse(item)] : []));
    },

    /** A user with what verifies its password, and what its sessions begin with. */
    forSignIn: async (userId: string): Promise<SignInAccount | undefined> => {
      const keys = [userKey(userId), accessKey(userId), authKeys.password(organizationId, userId)];
      const [user, access, password] = await table.getAll(keys, { consistent: true });
      return user && access
        ? {
            user: AuthUser.parse(user),
            access: AccessRights.parse(access),
            password: password && Password.parse(password),
          }
        : undefined;
    },

    page: async (after: Position | undefined, limit: number, keep?: (user: AuthUser) => boolean) => {
      const { items, next } = await walk(
        table,
        { partitions: [authKeys.users(organizationId)] },
        { after, limit, ...(keep ? { keep: (item: Item) => keep(AuthUser.parse(item)) } : {}) },
      );
      return { items: items.map((item) => AuthUser.parse(item)), next };
    },

    /**
     * Puts `after` in the place of `before`, with whatever else `others` writes, or nothing. `endSessions` ends the
     * user's sessions, all but the one named by `keep`. Answers false when somebody else came first or one of the
     * others was refused. @throws AppError LAST_ADMIN
     */
    revise: (
      before: AuthUser,
      after: AuthUser,
      {
        others = [],
        endSessions,
      }: { others?: readonly Write[]; endSessions?: { keep?: string | undefined } | undefined } = {},
    ): Promise<boolean> =>
      attempt(
        [
          {
            put: { ...userKey(after.id), ...after, version: before.version + 1 },
            if: equals('version', before.version),
          },
          {
            update: accessKey(after.id),
            change: {
              set: {
                ...accessOf(after),
                ...(endSessions?.keep === undefined ? {} : { keptSession: endSessions.keep }),
              },
              ...(endSessions ? { add: { sessionEpoch: 1 } } : {}),
              remove: [
                ...(after.contactId === undefined ? ['contactId'] : []),
                ...(endSessions && endSessions.keep === undefined ? ['keptSession'] : []),
              ],
            },
          },
          ...countAdmins(before, after),
        ],
        others,
      ),

    /** Ends all sessions of the user at once: one write, whatever their number. */
    endSessions: (userId: string): Write => ({
      update: accessKey(userId),
      change: { add: { sessionEpoch: 1 }, remove: ['keptSession'] },
      if: exists('pk'),
    }),

    /** The write that sets the password. */
    setPassword: (userId: string, hash: string): Write => ({
      put: { ...authKeys.password(organizationId, userId), hash },
    }),

    /**
     * Deletes a user, with whatever else `others` writes, or nothing: from this moment on no token of theirs is
     * believed. Answers as `revise`. @throws AppError LAST_ADMIN
     */
    delete: (user: AuthUser, others: readonly Write[] = []): Promise<boolean> =>
      attempt(
        [
          { delete: userKey(user.id), if: equals('version', user.version) },
          { delete: accessKey(user.id) },
          { delete: authKeys.password(organizationId, user.id) },
          ...countAdmins(user, undefined),
        ],
        others,
      ),

    /** Takes away what a deleted user leaves: sessions, codes, second factors. May be repeated. */
    sweep: async (userId: string): Promise<void> => {
      let after: string | undefined;
      do {
        const page = await table.query({ pk: authKeys.sessions(organizationId, userId), after, consistent: true });
        await table.writeAll({ deletes: page.items });
        after = page.next;
      } while (after !== undefined);
    },
  };
};
