import { AccessRights } from '../auth-users/auth-user.ts';
import { expiresAfter } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, exists, missing } from '../platform/table/expression.ts';
import { authKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { type EndReason, isLive, Session } from './session.ts';

/** An ended session stays a day longer than its tokens, for whoever asks what became of it. */
const ttlOf = (expiresAt: string) => expiresAfter(new Date(expiresAt), 24 * 3600);

export interface Rotation {
  from: string;
  to: string;
  now: Date;
  expiresAt: string;
}

/** The sessions of an organization's auth users. */
export const sessionStore = (table: Table, organizationId: OrganizationId) => {
  const keyOf = (userId: string, sessionId: string) => authKeys.session(organizationId, userId, sessionId);
  return {
    /** The write that opens a session. */
    open: (session: Session): Write => ({
      put: { ...keyOf(session.userId, session.id), ...session, ttl: ttlOf(session.expiresAt) },
    }),

    /** A session with what its user's access item says; undefined when either is gone. */
    find: async (
      userId: string,
      sessionId: string,
    ): Promise<{ session: Session; access: AccessRights } | undefined> => {
      const keys = [keyOf(userId, sessionId), authKeys.access(organizationId, userId)];
      const [session, access] = await table.getAll(keys, { consistent: true });
      return session && access && { session: Session.parse(session), access: AccessRights.parse(access) };
    },

    /** Puts one refresh token in another's place. Answers false when that other is not the current one. */
    rotate: async (userId: string, sessionId: string, { from, to, now, expiresAt }: Rotation): Promise<boolean> => {
      const at = now.toISOString();
      const set = { refreshHash: to, refreshedAt: at, lastSeenAt: at, expiresAt, ttl: ttlOf(expiresAt) };
      try {
        const current = and(equals('refreshHash', from), missing('endedAt'));
        await table.update(keyOf(userId, sessionId), { set }, current);
        return true;
      } catch (error) {
        // Our own write, whose answer was lost and which the client of DynamoDB repeated.
        if (error instanceof ConditionFailed) return error.item?.refreshHash === to && error.item.endedAt === undefined;
        throw error;
      }
    },

    /** Ends a session, with whatever else `others` writes. Answers whether it was open until now. */
    end: async (
      userId: string,
      sessionId: string,
      { reason, now, others = [] }: { reason: EndReason; now: Date; others?: readonly Write[] },
    ): Promise<boolean> => {
      const set = { endedAt: now.toISOString(), endReason: reason };
      const live = and(exists('pk'), missing('endedAt'));
      return unlessRefused(() =>
        table.transact([{ update: keyOf(userId, sessionId), change: { set }, if: live }, ...others]),
      );
    },

    /** The open sessions of a user, the newest first: of the first megabyte, which holds some two thousand. */
    list: async (userId: string, now: Date): Promise<Session[]> => {
      const [access, { items }] = await Promise.all([
        table.get(authKeys.access(organizationId, userId), { consistent: true }),
        table.query({
          pk: authKeys.sessions(organizationId, userId),
          prefix: authKeys.sessionPrefix,
          consistent: true,
        }),
      ]);
      if (!access) return [];
      const rights = AccessRights.parse(access);
      return items
        .map((item) => Session.parse(item))
        .filter((session) => isLive(session, rights, now))
        .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },
  };
};
