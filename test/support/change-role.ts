import type { BuiltInRole } from '../../shared/permissions.ts';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { exists } from '../../shared/platform/table/expression.ts';
import { authKeys } from '../../shared/platform/table/keys.ts';
import { stackTable } from './stack-table.ts';

/** Gives somebody another role behind the API's back, which has no route for it yet. It counts from the next call on. */
export const changeRole = async (user: { id: string; organization_id: string }, role: BuiltInRole) => {
  const table = await stackTable();
  const key = authKeys.access(OrganizationId.parse(user.organization_id), user.id);
  await table.update(key, { set: { roles: [role] } }, exists('pk'));
};
