import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { permissionsOf } from './auth-user.ts';
import { authUserStore } from './auth-user-store.ts';
import { isLive } from './session.ts';
import type { AccessTokenVerifier } from './verify-access-token.ts';

export interface AuthenticatorServices {
  table: Table;
  clock: Clock;
  verify: AccessTokenVerifier;
}

/**
 * The caller behind an access token. The token says who it is; what counts is what the table says at this moment of
 * the session and of the user.
 * @throws AppError UNAUTHENTICATED
 */
export const authenticator =
  ({ table, clock, verify }: AuthenticatorServices) =>
  async (token: string): Promise<Caller> => {
    const { org: organizationId, sub: userId, sid: sessionId } = await verify(token);
    const found = await authUserStore(table, organizationId).authorization(userId, sessionId);
    if (!found || !isLive(found.session, clock()) || !found.rights.active)
      throw new AppError('UNAUTHENTICATED', 'The session has ended: sign in again');
    const { role, name } = found.rights;
    return { organizationId, userId, name, sessionId, role, permissions: new Set(permissionsOf(role)) };
  };
