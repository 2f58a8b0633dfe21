import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { exists } from '../../shared/platform/table/expression.ts';
import { authKeys } from '../../shared/platform/table/keys.ts';
import { stackTable } from './stack-table.ts';

/** Gives somebody another role (built-in by name, else by id) behind the API's back. It counts from the next call on. */
export const changeRole = async (user: { id: string; organization_id: string }, role: string) => {
  const table = await stackTable();
  const key = authKeys.access(OrganizationId.parse(user.organization_id), user.id);
  await table.update(key, { set: { roles: [role] } }, exists('pk'));
};
