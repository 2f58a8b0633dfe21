import { AppError } from '../errors.ts';
import { sha256 } from '../platform/hash.ts';
import { log } from '../platform/log.ts';
import { authUserStore } from './auth-user-store.ts';
import { issueTokens, type SessionServices } from './open-session.ts';
import type { AuthResponse } from './routes.ts';
import { isLive, parseRefreshToken } from './session.ts';
import { sessionStore } from './session-store.ts';

const refused = () =>
  new AppError('INVALID_CREDENTIALS', 'The refresh token is not valid, or not any more: sign in again');

/**
 * New tokens for a refresh token that wasn't used yet. A token that isn't its session's current one is in two hands,
 * one of them a thief's: the session ends for both.
 * @throws AppError INVALID_CREDENTIALS
 */
export const refreshSession = async (services: SessionServices, refreshToken: string): Promise<AuthResponse> => {
  const token = parseRefreshToken(refreshToken);
  if (!token) throw refused();
  const { organizationId, userId, sessionId, secret } = token;
  const { table, clock } = services;
  const sessions = sessionStore(table, organizationId);

  const session = await sessions.find(userId, sessionId);
  if (!session || !isLive(session, clock())) throw refused();
  const user = await authUserStore(table, organizationId).find(userId);
  if (!user?.active) throw refused();

  const { answer, refreshHash, expiresAt } = await issueTokens(services, user, sessionId);
  const rotation = { from: sha256(secret), to: refreshHash, now: clock(), expiresAt };
  if (!(await sessions.rotate(userId, sessionId, rotation))) {
    if (await sessions.end(userId, sessionId, 'refresh_reused', clock()))
      log.warn('refresh token reused: session ended', { organizationId, userId, sessionId });
    throw refused();
  }
  return answer;
};
