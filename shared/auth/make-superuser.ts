import { auditWrites, systemActor } from '../audit-logs/audit.ts';
import type { AuthUser } from '../auth-users/auth-user.ts';
import type { UserServices } from '../auth-users/delete-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { AppError } from '../errors.ts';
import { organizationCreation, slugFor } from '../organizations/create-organization.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import { hashPassword } from '../platform/password-hash.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';

/** The one claim of its kind: which organization the installation itself is. */
const installation = 'installation';

export interface SuperuserRequest {
  username: string;
  email: string;
  /** Of a user that has to be made. */
  password: string;
}

/**
 * Makes a superuser in the installation's own organization, which the first one brings about; or makes a member of it
 * one. By an operator with rights on the table, never by registration.
 * @throws AppError DUPLICATE for a name that somebody else has, CONFLICT when others change the same
 */
export const makeSuperuser = async (
  services: UserServices,
  { username, email, password }: SuperuserRequest,
): Promise<{ made: 'user' | 'superuser'; organizationId: OrganizationId }> => {
  const { table, clock, ids, directory } = services;
  const holder = await directory.holder('username', username);
  const home = await directory.holder(installation, installation);
  if (holder) {
    if (holder.organizationId !== home?.organizationId)
      throw new AppError('DUPLICATE', 'This username belongs to another organization', { field: 'username' });
    await promote(services, holder.organizationId, holder.id);
    return { made: 'superuser', organizationId: holder.organizationId };
  }
  const organizationId = home?.organizationId ?? OrganizationId.parse(ids.random());
  const now = clock().toISOString();
  const name = 'Heliograph';
  const slug = slugFor(name, ids, 1);
  const founding: Write[] = home
    ? []
    : [
        directory.claim(installation, installation, { organizationId, id: organizationId }),
        ...organizationCreation(services, { id: organizationId, name, slug, tier: 'enterprise', now }).writes,
      ];
  const user: AuthUser = {
    id: ids.random(),
    organizationId,
    username,
    email,
    roles: ['admin'],
    active: true,
    superuser: true,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const member = { organizationId, id: user.id };
  const note = { action: 'superuser_created', resource: 'auth_user', resourceId: user.id, after: { ...user } };
  try {
    await table.transact([
      directory.claim('username', username, member),
      directory.claim('email', email, member),
      ...founding,
      ...openUsers(table, organizationId).create(user, { hash: hashPassword(password) }),
      ...auditWrites(services, systemActor(organizationId, 'operator'), note),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    if (error.refused.has(0)) throw new AppError('DUPLICATE', 'This username is taken', { field: 'username' });
    if (error.refused.has(1)) throw new AppError('DUPLICATE', 'This email is taken', { field: 'email' });
    throw new AppError('CONFLICT', 'Another superuser was made at the same moment; try again');
  }
  return { made: 'user', organizationId };
};

const promote = async (services: UserServices, organizationId: OrganizationId, userId: string) => {
  const store = openUsers(services.table, organizationId);
  const before = await store.find(userId);
  if (!before) throw new AppError('CONFLICT', 'The user is being deleted');
  if (before.superuser) return;
  const after = { ...before, superuser: true, updatedAt: services.clock().toISOString() };
  const note = { action: 'superuser_changed', resource: 'auth_user', resourceId: userId, before, after };
  const others = auditWrites(services, systemActor(organizationId, 'operator'), note);
  if (!(await store.revise(before, after, { others })))
    throw new AppError('CONFLICT', 'Somebody else is changing this user; try again');
};
