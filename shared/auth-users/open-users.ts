import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { authUserStore } from './auth-user-store.ts';

/** The auth users of an organization, for the features that sign them in, invite them and end with them. */
export const openUsers = (table: Table, organizationId: OrganizationId) => authUserStore(table, organizationId);
