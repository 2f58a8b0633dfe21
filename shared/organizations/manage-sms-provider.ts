import { auditWrites } from '../audit-logs/audit.ts';
import type { Directory } from '../directory/directory.ts';
import { AppError, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { KeyService } from '../platform/crypto.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import { sealTokens } from './sms-provider.ts';
import {
  type NewSmsProvider,
  type SmsProviderView,
  type StoredSmsProvider,
  viewOfProvider,
} from './sms-provider-settings.ts';
import { smsProviderStore } from './sms-provider-store.ts';

export interface SmsProviderServices {
  table: Table;
  clock: Clock;
  directory: Directory;
  keys: KeyService;
  ids: Ids;
}

/** Changes without a version are repeated when another came first: the last one wins, whole. */
const mostAttempts = 5;

/** What an admin does with the SMS provider of the organization. */
export const smsProviderManagement = ({ table, clock, directory, keys, ids }: SmsProviderServices) => ({
  /** @throws AppError NOT_FOUND where none is set */
  show: async (organizationId: OrganizationId): Promise<SmsProviderView> => {
    const stored = await smsProviderStore(table, organizationId).get();
    if (!stored) throw notFound('SMS provider');
    return viewOfProvider(stored);
  },

  /**
   * Sets the provider: settings, the claim of its sending number, and the release of the former one, or nothing.
   * @throws AppError DUPLICATE for another organization's number, STALE_VERSION
   */
  set: async (
    caller: Caller,
    { version, authToken, nextAuthToken, ...settings }: NewSmsProvider,
  ): Promise<SmsProviderView> => {
    const { organizationId } = caller;
    const holder = { organizationId, id: organizationId };
    const store = smsProviderStore(table, organizationId);
    const sealed = await sealTokens(table, keys, organizationId, { authToken, nextAuthToken });
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const previous = await store.get();
      if (version !== undefined && version !== (previous?.version ?? 0)) throw stale(previous?.version ?? 0);
      const next: StoredSmsProvider = {
        ...settings,
        ...sealed,
        updatedAt: clock().toISOString(),
        version: (previous?.version ?? 0) + 1,
      };
      const former = previous && previous.sender !== next.sender ? [previous.sender] : [];
      try {
        await table.transact([
          directory.claim('sender', next.sender, holder),
          store.replace(next, previous),
          ...former.map((sender) => directory.release('sender', sender, holder)),
          ...auditWrites({ clock, ids }, caller, {
            action: 'sms_provider_set',
            resource: 'organization',
            resourceId: organizationId,
            ...(previous ? { before: viewOfProvider(previous) } : {}),
            after: viewOfProvider(next),
          }),
        ]);
        return viewOfProvider(next);
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        if (error.refused.has(0))
          throw new AppError('DUPLICATE', 'Another organization sends from this number', { field: 'sender' });
      }
    }
    throw stale(undefined);
  },
});

const stale = (version: number | undefined) =>
  new AppError('STALE_VERSION', 'Somebody else changed the provider meanwhile', { field: 'version', version });
