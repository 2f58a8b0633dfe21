import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, missing } from '../platform/table/expression.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { StoredSmsProvider } from './sms-provider-settings.ts';

/** The SMS provider of one organization. */
export const smsProviderStore = (table: Table, organizationId: OrganizationId) => ({
  get: async (): Promise<StoredSmsProvider | undefined> => {
    const item = await table.get(organizationKeys.provider(organizationId), { consistent: true });
    return item && StoredSmsProvider.parse(item);
  },

  /** The write that puts settings in the place of `previous`, refused when others stand there meanwhile. */
  replace: (settings: StoredSmsProvider, previous: StoredSmsProvider | undefined): Write => ({
    put: { ...organizationKeys.provider(organizationId), ...settings },
    if: previous ? equals('version', previous.version) : missing('pk'),
  }),
});
