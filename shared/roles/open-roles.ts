import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { roleStore } from './role-store.ts';

/** The roles that an organization made itself, for the features that show and hand them out. */
export const openRoles = (table: Table, organizationId: OrganizationId) => {
  const { all, stillThere } = roleStore(table, organizationId);
  return { all, stillThere };
};
