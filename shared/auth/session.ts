import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** A sign-in on one device, from register or login to logout. Its refresh token is kept as a hash. */
export const Session = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  refreshHash: z.string(),
  device: z.string(),
  sourceIp: z.string(),
  createdAt: z.iso.datetime(),
  refreshedAt: z.iso.datetime(),
  /** When the refresh token expires, and the session with it. */
  expiresAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});
export type Session = z.infer<typeof Session>;

export type EndReason = 'logout' | 'refresh_reused';

export const accessTokenSeconds = 30 * 60;
export const refreshTokenSeconds = 7 * 24 * 3600;

export const isLive = ({ endedAt, expiresAt }: Session, now: Date) =>
  endedAt === undefined && expiresAt > now.toISOString();

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
