import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { authUserStore } from './auth-user-store.ts';

/** What those of the users are called who still sign in to the organization, by id. */
export const userNames = async (
  table: Table,
  organizationId: OrganizationId,
  userIds: readonly string[],
): Promise<Map<string, string>> =>
  new Map(
    (await authUserStore(table, organizationId).all(userIds)).map(({ id, fullName, username }) => [
      id,
      fullName ?? username,
    ]),
  );
