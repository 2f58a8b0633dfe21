import type { OrganizationId } from '../platform/organization-id.ts';
import { and, exists, lessThan, missing, or } from '../platform/table/expression.ts';
import { apiKeyKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { ApiKey } from './api-key.ts';

/** The API keys of an organization. */
export const apiKeyStore = (table: Table, organizationId: OrganizationId) => ({
  get: async (keyId: string): Promise<ApiKey | undefined> => {
    const item = await table.get(apiKeyKeys.apiKey(organizationId, keyId), { consistent: true });
    return item && ApiKey.parse(item);
  },

  /** Every key of the organization: it may have a hundred. */
  list: async (): Promise<ApiKey[]> => {
    const { items } = await table.query({ pk: apiKeyKeys.apiKeys(organizationId), consistent: true });
    return items.map((item) => ApiKey.parse(item));
  },

  /** The write that makes a key. */
  create: (key: ApiKey): Write => ({
    put: { ...apiKeyKeys.apiKey(organizationId, key.id), ...key },
    if: missing('pk'),
  }),

  /** The write that takes a key away: the next call with it is refused. */
  delete: (keyId: string): Write => ({ delete: apiKeyKeys.apiKey(organizationId, keyId), if: exists('pk') }),

  /** Notes that a key was used at `now`, unless that was noted since `before`. */
  used: async (keyId: string, { now, before, ip }: { now: string; before: string; ip: string }): Promise<void> => {
    const stale = and(exists('pk'), or(missing('lastUsedAt'), lessThan('lastUsedAt', before)));
    const set = { lastUsedAt: now, lastUsedIp: ip };
    await unlessRefused(() => table.update(apiKeyKeys.apiKey(organizationId, keyId), { set }, stale));
  },
});
