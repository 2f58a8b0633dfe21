import { type Actor, auditWrites } from '../audit-logs/audit.ts';
import type { AuthUser } from '../auth-users/auth-user.ts';
import { presentUser } from '../auth-users/present-users.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { openSessions } from '../sessions/open-sessions.ts';
import {
  accessTokenSeconds,
  formatRefreshToken,
  longestSessionSeconds,
  refreshTokenSeconds,
} from '../sessions/session.ts';
import type { CallOrigin } from './authenticate.ts';
import type { AuthResponse } from './routes.ts';
import type { AccessTokenSigner } from './sign-access-token.ts';

export interface SessionServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  tokens: AccessTokenSigner;
}

const secretBytes = 32;

/** New tokens for a session that began at `createdAt` (ISO 8601) and that `secret` will refresh. */
export const issueTokens = async (
  { table, clock, ids, tokens }: SessionServices,
  user: AuthUser,
  session: { id: string; createdAt: string },
): Promise<{ answer: AuthResponse; refreshHash: string; expiresAt: string }> => {
  const now = clock();
  const issuedAt = Math.floor(now.getTime() / 1000);
  const secret = ids.secret(secretBytes);
  const shown = await presentUser(table, user);
  const access_token = await tokens.sign({
    sub: user.id,
    org: user.organizationId,
    sid: session.id,
    role: shown.role,
    roles: user.roles,
    permissions: shown.permissions,
    iat: issuedAt,
    exp: issuedAt + accessTokenSeconds,
  });
  const last = isoAfter(new Date(session.createdAt), longestSessionSeconds);
  const next = isoAfter(now, refreshTokenSeconds);
  return {
    answer: {
      access_token,
      refresh_token: formatRefreshToken({
        organizationId: user.organizationId,
        userId: user.id,
        sessionId: session.id,
        secret,
      }),
      token_type: 'bearer',
      expires_in: accessTokenSeconds,
      user: shown,
    },
    refreshHash: sha256(secret),
    expiresAt: next < last ? next : last,
  };
};

/**
 * A new session of a user whose sessions are in `epoch`: the write that opens it, and the answer that is true once it
 * is written.
 */
export const prepareSession = async (
  services: SessionServices,
  user: AuthUser,
  epoch: number,
  { sourceIp, userAgent }: CallOrigin,
): Promise<{ write: Write; answer: AuthResponse; sessionId: string }> => {
  const now = services.clock().toISOString();
  const id = services.ids.random();
  const { answer, refreshHash, expiresAt } = await issueTokens(services, user, { id, createdAt: now });
  const write = openSessions(services.table, user.organizationId).open({
    id,
    userId: user.id,
    refreshHash,
    device: userAgent.slice(0, 255),
    sourceIp,
    epoch,
    createdAt: now,
    refreshedAt: now,
    lastSeenAt: now,
    expiresAt,
  });
  return { write, answer, sessionId: id };
};

/** A user who acts before there is a session. */
export const actorOf = (user: AuthUser, from: CallOrigin): Actor => ({
  kind: 'user',
  organizationId: user.organizationId,
  homeOrganizationId: user.organizationId,
  userId: user.id,
  name: user.fullName ?? user.username,
  ...from,
});

/** Opens a session of a user who has just proved to be that user. */
export const openSession = async (
  services: SessionServices,
  user: AuthUser,
  epoch: number,
  from: CallOrigin,
): Promise<AuthResponse> => {
  const { write, answer, sessionId } = await prepareSession(services, user, epoch, from);
  const note = { action: 'signed_in', resource: 'session', resourceId: sessionId };
  await services.table.transact([write, ...auditWrites(services, actorOf(user, from), note)]);
  return answer;
};
