import { auditWrites } from '../audit-logs/audit.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { AppError } from '../errors.ts';
import { sha256 } from '../platform/hash.ts';
import { log } from '../platform/log.ts';
import { openSessions } from '../sessions/open-sessions.ts';
import { isLive, parseRefreshToken } from '../sessions/session.ts';
import type { CallOrigin } from './authenticate.ts';
import { actorOf, issueTokens, type SessionServices } from './open-session.ts';
import type { AuthResponse } from './routes.ts';

const refused = () =>
  new AppError('INVALID_CREDENTIALS', 'The refresh token is not valid, or not any more: sign in again');

/**
 * New tokens for a refresh token that wasn't used yet. A token that isn't its session's current one is in two hands,
 * one of them a thief's: the session ends for both.
 * @throws AppError INVALID_CREDENTIALS
 */
export const refreshSession = async (
  services: SessionServices,
  refreshToken: string,
  from: CallOrigin,
): Promise<AuthResponse> => {
  const token = parseRefreshToken(refreshToken);
  if (!token) throw refused();
  const { organizationId, userId, sessionId, secret } = token;
  const { table, clock } = services;
  const sessions = openSessions(table, organizationId);

  const found = await sessions.find(userId, sessionId);
  if (!found || !isLive(found.session, found.access, clock())) throw refused();
  const user = await openUsers(table, organizationId).find(userId);
  if (!user) throw refused();

  const { answer, refreshHash, expiresAt } = await issueTokens(services, user, found.session);
  const rotation = { from: sha256(secret), to: refreshHash, now: clock(), expiresAt };
  if (!(await sessions.rotate(userId, sessionId, rotation))) {
    const note = { action: 'refresh_token_reused', resource: 'session', resourceId: sessionId };
    const others = auditWrites(services, actorOf(user, from), note);
    if (await sessions.end(userId, sessionId, { reason: 'refresh_reused', now: clock(), others }))
      log.warn('refresh token reused: session ended', { organizationId, userId, sessionId });
    throw refused();
  }
  return answer;
};
