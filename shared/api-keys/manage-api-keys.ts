import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, notFound } from '../errors.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { assertHolds } from '../roles/grants.ts';
import { type ApiKey, type ApiKeyView, mostApiKeys, type NewApiKey, viewOfApiKey } from './api-key.ts';
import { apiKeyStore } from './api-key-store.ts';
import { formatApiKey } from './api-key-token.ts';

const secretBytes = 32;
const daySeconds = 24 * 3600;

/** What administrators do with the API keys of their organization. */
export const apiKeyManagement = ({ table, clock, ids }: { table: Table; clock: Clock; ids: Ids }) => {
  const storeOf = ({ organizationId }: Caller) => apiKeyStore(table, organizationId);
  return {
    /** The newest first. */
    list: async (caller: Caller): Promise<ApiKeyView[]> => {
      const keys = await storeOf(caller).list();
      return keys.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).map((key) => viewOfApiKey(key, clock()));
    },

    /** @throws AppError NOT_FOUND */
    show: async (caller: Caller, keyId: string): Promise<ApiKeyView> => {
      const key = await storeOf(caller).get(keyId);
      if (!key) throw notFound('ApiKey');
      return viewOfApiKey(key, clock());
    },

    /** A new key, with the one showing of what proves it. @throws AppError FORBIDDEN, CONFLICT when there are too many */
    create: async (caller: Caller, given: NewApiKey): Promise<ApiKeyView & { key: string }> => {
      assertHolds(caller, given.permissions, 'permissions');
      const store = storeOf(caller);
      if ((await store.list()).length >= mostApiKeys)
        throw new AppError('CONFLICT', `An organization has at most ${mostApiKeys} API keys: delete one first`);
      const now = clock();
      const secret = ids.secret(secretBytes);
      const key: ApiKey = {
        id: ids.random(),
        name: given.name,
        permissions: given.permissions,
        secretHash: sha256(secret),
        createdBy: { id: caller.userId, name: caller.name },
        createdAt: now.toISOString(),
        expiresAt: isoAfter(now, given.expiresInDays * daySeconds),
      };
      const view = viewOfApiKey(key, now);
      const note = { action: 'api_key_created', resource: 'api_key', resourceId: key.id, after: view };
      // Refused only by our own first try, whose answer was lost: the id is new.
      await unlessRefused(() => table.transact([store.create(key), ...auditWrites({ clock, ids }, caller, note)]));
      return { ...view, key: formatApiKey({ organizationId: caller.organizationId, keyId: key.id, secret }) };
    },

    /** The next call with the key is refused. @throws AppError NOT_FOUND */
    delete: async (caller: Caller, keyId: string): Promise<{ message: string }> => {
      const store = storeOf(caller);
      const key = await store.get(keyId);
      if (!key) throw notFound('ApiKey');
      const before = viewOfApiKey(key, clock());
      const note = { action: 'api_key_deleted', resource: 'api_key', resourceId: keyId, before };
      await unlessRefused(() => table.transact([store.delete(keyId), ...auditWrites({ clock, ids }, caller, note)]));
      return { message: 'API key deleted' };
    },
  };
};
