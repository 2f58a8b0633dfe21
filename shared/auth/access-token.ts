import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** For whom access tokens are meant: this API and nothing else. */
export const audience = 'heliograph-api';

/** RFC 9068: tells an access token from any other token that we may sign one day. */
export const tokenType = 'at+jwt';

/** What an access token says. Role and permissions are for clients: the API decides by what the table says now. */
export const AccessClaims = z.object({
  sub: z.uuid(),
  org: OrganizationId,
  sid: z.uuid(),
  role: z.string(),
  /** Names of built-in roles, ids of others: what the API reads first, to know them as they are now. */
  roles: z.array(z.string().max(64)).max(20).default([]),
  permissions: z.array(z.string()),
  token_use: z.literal('access'),
  iat: z.number().int(),
  exp: z.number().int(),
});
export type AccessClaims = z.infer<typeof AccessClaims>;
