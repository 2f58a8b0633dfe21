import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { sessionStore } from './session-store.ts';

/** The sessions of an organization's users, for the features that open, refresh and end them. */
export const openSessions = (table: Table, organizationId: OrganizationId) => sessionStore(table, organizationId);
