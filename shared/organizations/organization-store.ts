import { AppError, notFound } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, exists, missing } from '../platform/table/expression.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { Organization } from './organization.ts';

/** The record of one organization. */
export const organizationStore = (table: Table, organizationId: OrganizationId) => ({
  /** The write that makes the organization. */
  create: (organization: Organization): Write => ({
    put: { ...organizationKeys.organization(organizationId), ...organization },
    if: missing('pk'),
  }),

  get: async (): Promise<Organization | undefined> => {
    const item = await table.get(organizationKeys.organization(organizationId), { consistent: true });
    return item && Organization.parse(item);
  },

  /** @throws AppError NOT_FOUND, STALE_VERSION when `version` is given and not the one that stands */
  rename: async (name: string, version: number | undefined, now: string): Promise<Organization> => {
    const change = { set: { name, updatedAt: now }, add: { version: 1 } };
    const condition = version === undefined ? exists('pk') : equals('version', version);
    try {
      return Organization.parse(await table.update(organizationKeys.organization(organizationId), change, condition));
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      if (!error.item) throw notFound('Organization');
      throw new AppError('STALE_VERSION', 'Somebody else changed the organization meanwhile', {
        field: 'version',
        version: error.item.version,
      });
    }
  },
});
