import { notFound } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { type AuthUserView, viewOf } from './auth-user.ts';
import { authUserStore } from './auth-user-store.ts';

/** The auth user who calls. @throws AppError NOT_FOUND */
export const showCaller = async (table: Table, { organizationId, userId }: Caller): Promise<AuthUserView> => {
  const user = await authUserStore(table, organizationId).find(userId);
  if (!user) throw notFound('User');
  return viewOf(user);
};
