import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { totpStore } from './totp-store.ts';

/** The writes after which a user has neither app nor recovery code. */
export const removeSecondFactors = (table: Table, organizationId: OrganizationId, userId: string): Write[] =>
  totpStore(table, organizationId).remove(userId);
