import type { AuthUserView } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { presentUser } from '../auth-users/present-users.ts';
import { notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';

/** The auth user who calls. @throws AppError NOT_FOUND */
export const showCaller = async (table: Table, { homeOrganizationId, userId }: Caller): Promise<AuthUserView> => {
  const user = await openUsers(table, homeOrganizationId).find(userId);
  if (!user) throw notFound('User');
  return presentUser(table, user);
};
