import type { Clock } from '../platform/clock.ts';
import type { UserCaller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { sessionStore } from './session-store.ts';

/** Ends the caller's session: the very next call with its tokens is refused. */
export const endSession = async (
  { table, clock }: { table: Table; clock: Clock },
  { homeOrganizationId, userId, sessionId }: UserCaller,
): Promise<void> => {
  await sessionStore(table, homeOrganizationId).end(userId, sessionId, { reason: 'logout', now: clock() });
};
