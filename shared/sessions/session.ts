import * as z from 'zod';
import type { AccessRights } from '../auth-users/auth-user.ts';
import { OrganizationId } from '../platform/organization-id.ts';

/** A sign-in on one device, from register or login to logout. Its refresh token is kept as a hash. */
export const Session = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  refreshHash: z.string(),
  device: z.string(),
  sourceIp: z.string(),
  /** Of the user when it began: a later one ends it. */
  epoch: z.number().int(),
  createdAt: z.iso.datetime(),
  refreshedAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** When the refresh token expires, and the session with it. */
  expiresAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});
export type Session = z.infer<typeof Session>;

export type EndReason = 'logout' | 'refresh_reused' | 'ended_by_user';

export const accessTokenSeconds = 30 * 60;
export const refreshTokenSeconds = 7 * 24 * 3600;
/** However often it is refreshed, a session ends after this (ASVS 5.0, 7.3.2). */
export const longestSessionSeconds = 30 * 24 * 3600;
/** How exact `lastSeenAt` is: one write in this time, whatever the number of calls. */
export const seenEverySeconds = 5 * 60;

/** Whether a session is open: by itself, and by what its user's access item says. */
export const isLive = (session: Session, { active, sessionEpoch, keptSession }: AccessRights, now: Date) =>
  active &&
  session.endedAt === undefined &&
  session.expiresAt > now.toISOString() &&
  (session.epoch === sessionEpoch || session.id === keptSession);

/** Where a session is kept, and the secret that refreshes it once. */
export interface RefreshToken {
  organizationId: OrganizationId;
  userId: string;
  sessionId: string;
  secret: string;
}

export const formatRefreshToken = ({ organizationId, userId, sessionId, secret }: RefreshToken) =>
  [organizationId, userId, sessionId, secret].join('.');

const Parts = z.tuple([OrganizationId, z.uuid(), z.uuid(), z.string().min(43).max(43)]);

/** Undefined for anything that was never a refresh token. */
export const parseRefreshToken = (token: string): RefreshToken | undefined => {
  const { data } = Parts.safeParse(token.split('.'));
  if (!data) return undefined;
  const [organizationId, userId, sessionId, secret] = data;
  return { organizationId, userId, sessionId, secret };
};

/** A session as its user sees it, in the names of the sign-in API. */
export const SessionView = z
  .object({
    id: z.uuid(),
    device_info: z.string(),
    ip_address: z.string(),
    is_active: z.boolean(),
    is_current: z.boolean().meta({ description: 'Whether it is the one that asks' }),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime().meta({ description: 'Exact to five minutes' }),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof SessionView>;

export const viewOfSession = (session: Session, currentId: string): SessionView => ({
  id: session.id,
  device_info: session.device,
  ip_address: session.sourceIp,
  is_active: true,
  is_current: session.id === currentId,
  created_at: session.createdAt,
  last_seen_at: session.lastSeenAt,
  expires_at: session.expiresAt,
});
