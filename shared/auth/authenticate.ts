import { AppError } from '../errors.ts';
import { permissions } from '../permissions.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { rightsOfRoles } from '../roles/role.ts';
import { isLive, seenEverySeconds } from '../sessions/session.ts';
import { authorizationStore } from './authorization-store.ts';
import type { AccessTokenVerifier } from './verify-access-token.ts';

export interface AuthenticatorServices {
  table: Table;
  clock: Clock;
  verify: AccessTokenVerifier;
}

/** From where a call comes. */
export type CallOrigin = Pick<Caller, 'sourceIp' | 'userAgent'>;

/**
 * The caller behind an access token. The token says who it is; what counts is what the table says at this moment of
 * the session, the user and the roles.
 * @throws AppError UNAUTHENTICATED
 */
export const authenticator =
  ({ table, clock, verify }: AuthenticatorServices) =>
  async (token: string, from: CallOrigin): Promise<Caller> => {
    const { org: organizationId, sub: userId, sid: sessionId, roles: hint } = await verify(token);
    const store = authorizationStore(table, organizationId);
    const found = await store.read(userId, sessionId, hint);
    const now = clock();
    if (!found || !isLive(found.session, found.access, now))
      throw new AppError('UNAUTHENTICATED', 'The session has ended: sign in again');
    const { session, access, roles } = found;
    const before = isoAfter(now, -seenEverySeconds);
    if (session.lastSeenAt < before) await store.seen(userId, sessionId, { now: now.toISOString(), before });
    const rights = rightsOfRoles(access.roles, roles);
    return {
      kind: 'user',
      organizationId,
      homeOrganizationId: organizationId,
      userId,
      name: access.name,
      sessionId,
      ...rights,
      ...(access.superuser ? { permissions: new Set(permissions) } : {}),
      ...(access.contactId === undefined ? {} : { contactId: access.contactId }),
      superuser: access.superuser,
      ...from,
    };
  };
