import { notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Organization, OrganizationChange } from './organization.ts';
import { organizationStore } from './organization-store.ts';

/** What an organization says about itself, and who may change it. */
export const organizationManagement = ({ table, clock }: { table: Table; clock: Clock }) => ({
  /** @throws AppError NOT_FOUND */
  show: async (organizationId: OrganizationId): Promise<Organization> => {
    const organization = await organizationStore(table, organizationId).get();
    if (!organization) throw notFound('Organization');
    return organization;
  },

  /** @throws AppError NOT_FOUND, STALE_VERSION */
  change: (organizationId: OrganizationId, { name, version }: OrganizationChange): Promise<Organization> =>
    organizationStore(table, organizationId).rename(name, version, clock().toISOString()),
});
