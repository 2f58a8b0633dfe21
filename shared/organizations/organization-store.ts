import type { OrganizationId } from '../platform/organization-id.ts';
import { equals, missing } from '../platform/table/expression.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
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

  /** The write that puts `after` in the place of `before`, refused when somebody else came first. */
  revise: (before: Organization, after: Organization): Write => ({
    put: { ...organizationKeys.organization(organizationId), ...after },
    if: equals('version', before.version),
  }),
});
