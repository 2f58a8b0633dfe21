import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { gateStore } from './gate-store.ts';

/**
 * How often each of these (distinct) phones was texted, and when last (ISO 8601): attempts that reached the provider's
 * door, whatever became of them. Half a read unit each.
 */
export const attemptsAt = (table: Table, organizationId: OrganizationId, phones: readonly string[]) =>
  gateStore(table, organizationId).attempts(phones);
