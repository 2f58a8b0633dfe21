import { type Actor, auditWrites } from '../audit-logs/audit.ts';
import { endCustomer } from '../contacts/customers.ts';
import type { Directory } from '../directory/directory.ts';
import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import type { AuthUser } from './auth-user.ts';
import { authUserStore } from './auth-user-store.ts';

export interface UserServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  directory: Directory;
}

/** The writes that free a user's names. Users of another issuer hold none. */
export const authUserClaims = (
  directory: Directory,
  { organizationId, id, username, email, identityProviderId }: AuthUser,
): Write[] => {
  const holder = { organizationId, id };
  if (identityProviderId !== undefined) return [];
  return [
    directory.release('username', username, holder),
    ...(email === undefined ? [] : [directory.release('email', email, holder)]),
  ];
};

/**
 * Deletes a user: from this moment on no token of theirs is believed, and their names are free.
 * @throws AppError LAST_ADMIN, CONFLICT when others change the user
 */
export const deleteUser = async (
  { table, clock, ids, directory }: UserServices,
  actor: Actor,
  user: AuthUser,
  action = 'user_deleted',
): Promise<void> => {
  const store = authUserStore(table, user.organizationId);
  const { contactId } = user;
  const note = { action, resource: 'auth_user', resourceId: user.id, before: { ...user } };
  const others = [
    ...authUserClaims(directory, user),
    ...(contactId === undefined ? [] : [endCustomer(table, user.organizationId, contactId, user.id)]),
    ...auditWrites({ clock, ids }, actor, note),
  ];
  // A refusal whose user is gone was our own first try.
  if (!(await store.delete(user, others)) && (await store.find(user.id)))
    throw new AppError('CONFLICT', 'Somebody else is changing this user; try again');
  await store.sweep(user.id);
};
