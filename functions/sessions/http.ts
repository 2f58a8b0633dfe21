import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, httpServices } from '../../shared/services.ts';
import { endAllSessions, endSession, listSessions } from '../../shared/sessions/manage-sessions.ts';
import { sessionRoutes } from '../../shared/sessions/routes.ts';

const services = { table: appTable(), clock: systemClock, ids: systemIds };

export const handler = httpHandler(sessionRoutes, httpServices(), {
  listSessions: async ({ caller }) => ({ data: await listSessions(services, caller) }),
  endSession: ({ caller, params }) => endSession(services, caller, params.sessionId),
  logout: ({ caller }) => endSession(services, caller, caller.sessionId),
  logoutAll: ({ caller }) => endAllSessions(services, caller),
});
