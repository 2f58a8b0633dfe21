import { type Clock, isoAfter } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { type Outbound, OutboundRefused } from '../platform/outbound.ts';
import { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { fetchKeys } from './fetch-keys.ts';
import { identityProviderStore } from './identity-provider-store.ts';

export interface RefreshServices {
  table: Table;
  clock: Clock;
  outbound: Outbound;
}

/** Issuers announce keys hours before they sign: an hourly look knows them in time. */
export const refreshSeconds = 3600;
const mostProviders = 50;
const asked = '#asked';

/** The id under which the schedule finds a provider whose tokens had an unknown key. */
export const askedId = (providerId: string) => `${providerId}${asked}`;

/** Reads the keys of one provider. What can't be read is noted for its admin; the keys that stand go on. */
export const refreshProvider = async (
  { table, clock, outbound }: RefreshServices,
  organizationId: OrganizationId,
  providerId: string,
): Promise<boolean> => {
  const store = identityProviderStore(table, organizationId);
  const provider = await store.get(providerId);
  if (!provider) return false;
  const result = await fetchKeys(outbound, provider.issuer).then(
    (keys) => ({ keys }),
    (error: unknown) => {
      if (!(error instanceof OutboundRefused)) throw error;
      log.warn('issuer keys not refreshed', { organizationId, providerId, reason: error.message });
      return { error: error.message };
    },
  );
  await store.refreshed(providerId, clock().toISOString(), result);
  return true;
};

/** Refreshes what falls due: each provider hourly, and sooner whoever's tokens had a key that we don't know. */
export const refreshDue = async (services: RefreshServices): Promise<{ refreshed: number }> => {
  const due = dueStore(services.table, 'identity-providers');
  let refreshed = 0;
  for (const entry of await due.due(services.clock(), mostProviders)) {
    const stands = await refreshProvider(services, entry.organizationId, entry.id.replace(asked, ''));
    if (stands) refreshed += 1;
    if (!stands || entry.id.endsWith(asked)) await due.done(entry);
    else await due.postpone(entry, isoAfter(services.clock(), refreshSeconds));
  }
  return { refreshed };
};
