import { type Clock, isoAfter } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { type AuthUser, permissionsOf, viewOf } from './auth-user.ts';
import type { AuthResponse } from './routes.ts';
import { accessTokenSeconds, formatRefreshToken, refreshTokenSeconds } from './session.ts';
import { sessionStore } from './session-store.ts';
import type { AccessTokenSigner } from './sign-access-token.ts';

export interface SessionServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  tokens: AccessTokenSigner;
}

/** From where somebody signs in, as the session shows it later. */
export interface Origin {
  sourceIp: string;
  userAgent: string;
}

const secretBytes = 32;

/** New tokens for a session that `secret` will refresh. */
export const issueTokens = async (
  { clock, ids, tokens }: SessionServices,
  user: AuthUser,
  sessionId: string,
): Promise<{ answer: AuthResponse; refreshHash: string; expiresAt: string }> => {
  const now = clock();
  const issuedAt = Math.floor(now.getTime() / 1000);
  const secret = ids.secret(secretBytes);
  const access_token = await tokens.sign({
    sub: user.id,
    org: user.organizationId,
    sid: sessionId,
    role: user.role,
    permissions: [...permissionsOf(user.role)],
    iat: issuedAt,
    exp: issuedAt + accessTokenSeconds,
  });
  const { organizationId, id: userId } = user;
  return {
    answer: {
      access_token,
      refresh_token: formatRefreshToken({ organizationId, userId, sessionId, secret }),
      token_type: 'bearer',
      expires_in: accessTokenSeconds,
      user: viewOf(user),
    },
    refreshHash: sha256(secret),
    expiresAt: isoAfter(now, refreshTokenSeconds),
  };
};

/** A new session of a user: the write that opens it, and the answer that is true once it is written. */
export const prepareSession = async (
  services: SessionServices,
  user: AuthUser,
  { sourceIp, userAgent }: Origin,
): Promise<{ write: Write; answer: AuthResponse }> => {
  const { table, clock, ids } = services;
  const sessionId = ids.random();
  const { answer, refreshHash, expiresAt } = await issueTokens(services, user, sessionId);
  const now = clock().toISOString();
  const write = sessionStore(table, user.organizationId).open({
    id: sessionId,
    userId: user.id,
    refreshHash,
    device: userAgent.slice(0, 255),
    sourceIp,
    createdAt: now,
    refreshedAt: now,
    expiresAt,
  });
  return { write, answer };
};

/** Opens a session of a user who has just proved to be that user. */
export const openSession = async (services: SessionServices, user: AuthUser, origin: Origin): Promise<AuthResponse> => {
  const { write, answer } = await prepareSession(services, user, origin);
  await services.table.transact([write]);
  return answer;
};
