import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import type { Organization, OrganizationChange } from './organization.ts';
import { changeSettings, defaultSettings, type OrganizationSettings } from './organization-settings.ts';
import { organizationStore } from './organization-store.ts';

export interface OrganizationServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

/** Changes without a version are repeated when another came first. */
const mostAttempts = 5;

/** The record of an organization. @throws AppError NOT_FOUND */
export const showOrganization = async (table: Table, organizationId: OrganizationId): Promise<Organization> => {
  const organization = await organizationStore(table, organizationId).get();
  if (!organization) throw notFound('Organization');
  return organization;
};

/** How an organization works; the defaults where it never said. */
export const settingsOf = async (table: Table, organizationId: OrganizationId): Promise<OrganizationSettings> =>
  (await organizationStore(table, organizationId).get())?.settings ?? defaultSettings;

/**
 * Changes what is given; the tier is a superuser's to change.
 * @throws AppError NOT_FOUND, STALE_VERSION, FORBIDDEN naming subscriptionTier
 */
export const changeOrganization = async (
  { table, clock, ids }: OrganizationServices,
  caller: Caller,
  { version, settings = {}, ...given }: OrganizationChange,
): Promise<Organization> => {
  if (given.subscriptionTier !== undefined && !caller.superuser)
    throw new AppError('FORBIDDEN', 'Only a superuser changes the tier', { field: 'subscriptionTier' });
  const store = organizationStore(table, caller.organizationId);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const before = await showOrganization(table, caller.organizationId);
    if (version !== undefined && version !== before.version) throw stale(before.version);
    const after: Organization = {
      ...before,
      ...given,
      settings: changeSettings(before.settings, settings),
      updatedAt: clock().toISOString(),
      version: before.version + 1,
    };
    const note = {
      action: 'organization_updated',
      resource: 'organization',
      resourceId: before.id,
      before: { ...before, ...before.settings, settings: undefined },
      after: { ...after, ...after.settings, settings: undefined },
    };
    const writes = [store.revise(before, after), ...auditWrites({ clock, ids }, caller, note)];
    if (await unlessRefused(() => table.transact(writes))) return after;
  }
  throw stale(undefined);
};

const stale = (version: number | undefined) =>
  new AppError('STALE_VERSION', 'Somebody else changed the organization meanwhile', { field: 'version', version });
