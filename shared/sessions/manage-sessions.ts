import { auditWrites } from '../audit-logs/audit.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { UserCaller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import { type SessionView, viewOfSession } from './session.ts';
import { sessionStore } from './session-store.ts';

export interface SessionManagement {
  table: Table;
  clock: Clock;
  ids: Ids;
}

/** Whatever a superuser looks at, its sessions are of its own organization. */
const atHome = (caller: UserCaller) => ({ ...caller, organizationId: caller.homeOrganizationId });

/** The open sessions of the caller. */
export const listSessions = async ({ table, clock }: SessionManagement, caller: UserCaller): Promise<SessionView[]> => {
  const sessions = await sessionStore(table, caller.homeOrganizationId).list(caller.userId, clock());
  return sessions.map((session) => viewOfSession(session, caller.sessionId));
};

/**
 * Ends a session of the caller: the very next call with its tokens is refused.
 * @throws AppError NOT_FOUND for one that isn't open
 */
export const endSession = async (
  { table, clock, ids }: SessionManagement,
  caller: UserCaller,
  sessionId: string,
): Promise<{ message: string }> => {
  const logout = sessionId === caller.sessionId;
  const note = { action: logout ? 'logout' : 'session_ended', resource: 'session', resourceId: sessionId };
  const ended = await sessionStore(table, caller.homeOrganizationId).end(caller.userId, sessionId, {
    reason: logout ? 'logout' : 'ended_by_user',
    now: clock(),
    others: auditWrites({ clock, ids }, atHome(caller), note),
  });
  if (!ended && !logout) throw notFound('Session');
  return { message: logout ? 'Signed out' : 'Session ended' };
};

/** Ends every session of the caller with one write, whatever their number. */
export const endAllSessions = async (
  { table, clock, ids }: SessionManagement,
  caller: UserCaller,
): Promise<{ message: string }> => {
  const note = { action: 'logout_all', resource: 'auth_user', resourceId: caller.userId };
  const end = openUsers(table, caller.homeOrganizationId).endSessions(caller.userId);
  await table.transact([end, ...auditWrites({ clock, ids }, atHome(caller), note)]);
  return { message: 'Signed out everywhere' };
};
