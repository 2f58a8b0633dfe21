import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { usedEverySeconds } from './api-key.ts';
import { apiKeyStore } from './api-key-store.ts';
import { parseApiKey } from './api-key-token.ts';

const refused = () => new AppError('UNAUTHENTICATED', 'The API key is not valid, or not any more');

/**
 * The machine client behind an API key: one strongly consistent read, so that a revoked key is refused at once.
 * @throws AppError UNAUTHENTICATED
 */
export const apiKeyAuthenticator =
  ({ table, clock }: { table: Table; clock: Clock }) =>
  async (token: string, from: Pick<Caller, 'sourceIp' | 'userAgent'>): Promise<Caller> => {
    const parsed = parseApiKey(token);
    if (!parsed) throw refused();
    const { organizationId, keyId, secret } = parsed;
    const store = apiKeyStore(table, organizationId);
    const key = await store.get(keyId);
    const now = clock();
    const proven = key && timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(key.secretHash));
    if (!proven || key.expiresAt <= now.toISOString()) throw refused();
    const before = isoAfter(now, -usedEverySeconds);
    if (key.lastUsedAt === undefined || key.lastUsedAt < before)
      await store.used(keyId, { now: now.toISOString(), before, ip: from.sourceIp });
    return {
      kind: 'api-key',
      organizationId,
      homeOrganizationId: organizationId,
      userId: keyId,
      name: key.name,
      role: 'api-key',
      roles: [],
      permissions: new Set(key.permissions),
      ownPermissions: new Set(),
      superuser: false,
      ...from,
    };
  };
