import { expiresAfter } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, exists, missing } from '../platform/table/expression.ts';
import { authKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { type EndReason, Session } from './session.ts';

/** An ended session stays a day longer than its tokens, for whoever asks what became of it. */
const ttlOf = (expiresAt: string) => expiresAfter(new Date(expiresAt), 24 * 3600);

export interface Rotation {
  from: string;
  to: string;
  now: Date;
  expiresAt: string;
}

/** The sessions of an organization's auth users. */
export const sessionStore = (table: Table, organizationId: OrganizationId) => ({
  /** The write that opens a session. */
  open: (session: Session): Write => ({
    put: {
      ...authKeys.session(organizationId, session.userId, session.id),
      ...session,
      ttl: ttlOf(session.expiresAt),
    },
  }),

  find: async (userId: string, sessionId: string): Promise<Session | undefined> => {
    const item = await table.get(authKeys.session(organizationId, userId, sessionId), { consistent: true });
    return item && Session.parse(item);
  },

  /** Puts one refresh token in another's place. Answers false when that other is not the current one. */
  rotate: async (userId: string, sessionId: string, { from, to, now, expiresAt }: Rotation): Promise<boolean> => {
    const set = { refreshHash: to, refreshedAt: now.toISOString(), expiresAt, ttl: ttlOf(expiresAt) };
    try {
      const current = and(equals('refreshHash', from), missing('endedAt'));
      await table.update(authKeys.session(organizationId, userId, sessionId), { set }, current);
      return true;
    } catch (error) {
      // Our own write, whose answer was lost and which the client of DynamoDB repeated.
      if (error instanceof ConditionFailed) return error.item?.refreshHash === to && error.item.endedAt === undefined;
      throw error;
    }
  },

  /** Ends a session. Answers whether it was live until now. */
  end: async (userId: string, sessionId: string, reason: EndReason, now: Date): Promise<boolean> => {
    const set = { endedAt: now.toISOString(), endReason: reason };
    try {
      const live = and(exists('pk'), missing('endedAt'));
      await table.update(authKeys.session(organizationId, userId, sessionId), { set }, live);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  },
});
