import { invalidField } from '../errors.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { authUserStore } from './auth-user-store.ts';

/**
 * Holds that somebody who is named, if anybody is, signs in to the organization and is active.
 * @throws AppError VALIDATION_ERROR naming `field`
 */
export const requireUser = async (
  table: Table,
  organizationId: OrganizationId,
  userId: string | null | undefined,
  field: string,
): Promise<void> => {
  if (!userId) return;
  const user = await authUserStore(table, organizationId).find(userId);
  if (!user?.active) throw invalidField(field, `${field}: nobody of this id signs in here`, { userId });
};
