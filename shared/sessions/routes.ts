import * as z from 'zod';
import { message } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { SessionView } from './session.ts';

export const sessionRoutes = defineRoutes({
  listSessions: {
    method: 'GET',
    path: '/auth/sessions',
    summary: 'Where the caller is signed in, the newest first',
    access: 'user',
    status: 200,
    returns: z.object({ data: z.array(SessionView) }),
  },
  endSession: {
    method: 'DELETE',
    path: '/auth/sessions/{sessionId}',
    summary: 'Ends one of the caller’s sessions: its tokens stop working at once',
    access: 'user',
    status: 200,
    returns: message,
  },
  logout: {
    method: 'POST',
    path: '/auth/logout',
    summary: 'Ends the session: its tokens stop working at once',
    access: 'user',
    status: 200,
    returns: message,
  },
  logoutAll: {
    method: 'POST',
    path: '/auth/logout-all',
    summary: 'Ends all sessions of the caller, this one as well',
    access: 'user',
    status: 200,
    returns: message,
  },
});
