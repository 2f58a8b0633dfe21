import * as z from 'zod';
import { permissions } from '../permissions.ts';

/** Keys that one organization may have at once. */
export const mostApiKeys = 100;

const days = { usual: 365, most: 730 };

/** How exact `lastUsedAt` is: one write in this time, whatever the number of calls. */
export const usedEverySeconds = 5 * 60;

/** A machine client's way in, as it is stored: its secret as a hash only. */
export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  permissions: z.array(z.enum(permissions)),
  secretHash: z.string(),
  createdBy: z.object({ id: z.uuid(), name: z.string() }),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().optional(),
  lastUsedIp: z.string().optional(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const NewApiKey = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    permissions: z
      .array(z.enum(permissions))
      .min(1)
      .transform((given) => [...new Set(given)]),
    expiresInDays: z.number().int().min(1).max(days.most).default(days.usual),
  })
  .meta({ id: 'NewApiKey', example: { name: 'Nightly export', permissions: ['contacts:read'], expiresInDays: 90 } });
export type NewApiKey = z.infer<typeof NewApiKey>;

/** A key as the API shows it; the key itself is shown when it is made, and never again. */
export const ApiKeyView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    permissions: z.array(z.enum(permissions)),
    active: z.boolean().meta({ description: 'Whether it hasn’t expired' }),
    createdBy: z.object({ id: z.uuid(), name: z.string() }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'Exact to five minutes' }),
    lastUsedIp: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof ApiKeyView>;

export const viewOfApiKey = ({ secretHash: _hash, lastUsedAt, lastUsedIp, ...key }: ApiKey, now: Date): ApiKeyView => ({
  ...key,
  active: key.expiresAt > now.toISOString(),
  lastUsedAt: lastUsedAt ?? null,
  lastUsedIp: lastUsedIp ?? null,
});
