import { auditWrites } from '../audit-logs/audit.ts';
import { assertGoodPassword, type CommonPasswords } from '../auth/password-rules.ts';
import { type CustomerWrites, existingCustomer, newCustomer } from '../contacts/customers.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { hashPassword } from '../platform/password-hash.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import { assertMayAssign, type ChosenRoles, chooseRoles } from '../roles/grants.ts';
import { openRoles } from '../roles/open-roles.ts';
import { rightsOfRoles } from '../roles/role.ts';
import { type AuthUser, type AuthUserView, viewOf } from './auth-user.ts';
import { authUserStore } from './auth-user-store.ts';
import type { UserServices } from './delete-user.ts';
import type { NewAuthUser } from './routes.ts';
import { manages } from './who-manages.ts';

export interface UserCreation extends UserServices {
  commonPasswords: CommonPasswords;
}

/** Roles that the caller may give: nothing beyond what it holds, and nobody it couldn't manage afterwards. */
export const assertMayGive = (caller: Caller, chosen: ChosenRoles, field: string) => {
  assertMayAssign(caller, chosen, field);
  const rights = rightsOfRoles(chosen.roles, chosen.custom);
  if (!manages(caller, { rights, superuser: false }, true))
    throw new AppError('FORBIDDEN', `${field}: only an admin gives a role that manages users`, { field });
};

/** Who looks after a customer: whoever is named, else a caller who isn't an admin. @throws AppError VALIDATION_ERROR */
export const managerFor = async (
  { table }: UserServices,
  caller: Caller,
  named: string | undefined,
): Promise<string | undefined> => {
  const field = 'assigned_manager_id';
  if (named === undefined) return caller.kind === 'user' && !caller.roles.includes('admin') ? caller.userId : undefined;
  const manager = await authUserStore(table, caller.organizationId).find(named);
  const custom = manager ? await openRoles(table, caller.organizationId).all(manager.roles) : [];
  const may = manager?.active && rightsOfRoles(manager.roles, custom).permissions.has('users:manage');
  if (!may) throw invalidField(field, `${field}: there is no such manager`);
  return named;
};

/**
 * Makes an auth user, and with the role customer also the contact that signs in as it: all or nothing.
 * @throws AppError FORBIDDEN, DUPLICATE naming the field, VALIDATION_ERROR, NOT_FOUND, CONFLICT
 */
export const createUser = async (services: UserCreation, caller: Caller, body: NewAuthUser): Promise<AuthUserView> => {
  const { table, clock, ids, directory, commonPasswords } = services;
  const { organizationId } = caller;
  const chosen = await chooseRoles(table, caller, body.roles ?? [body.role ?? ''], body.roles ? 'roles' : 'role');
  assertMayGive(caller, chosen, 'role');
  const isCustomer = chosen.roles.includes('customer');
  if (isCustomer && chosen.roles.length > 1) throw invalidField('roles', 'roles: a customer has no other role');
  for (const field of ['contact_id', 'assigned_manager_id'] as const)
    if (!isCustomer && body[field] !== undefined) throw invalidField(field, `${field}: only of a customer`);
  const own = [body.username, body.email, body.full_name, body.phone_number];
  assertGoodPassword(commonPasswords, body.password, own);

  const id = ids.random();
  const customer = isCustomer ? await customerOf(services, caller, body, id) : undefined;
  const now = clock().toISOString();
  const user: AuthUser = {
    id,
    organizationId,
    username: body.username,
    email: body.email,
    ...(body.full_name === undefined ? {} : { fullName: body.full_name }),
    ...(body.bio === undefined ? {} : { bio: body.bio }),
    ...(body.phone_number === undefined ? {} : { phoneNumber: body.phone_number }),
    roles: chosen.roles,
    active: body.is_active,
    superuser: false,
    ...(customer ? { contactId: customer.contactId } : {}),
    createdBy: caller.userId,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const holder = { organizationId, id };
  const note = { action: 'user_created', resource: 'auth_user', resourceId: id, after: { ...user } };
  const writes = [
    directory.claim('username', body.username, holder),
    directory.claim('email', body.email, holder),
    ...authUserStore(table, organizationId).create(user, { hash: hashPassword(body.password) }),
    ...(customer?.writes ?? []),
    ...openRoles(table, organizationId).stillThere(chosen.custom.map((role) => role.id)),
    ...auditWrites({ clock, ids }, caller, note),
  ];
  try {
    await table.transact(writes);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    // By the places of the writes above; a user that stands was our own first try, whose answer was lost.
    if (error.refused.has(0)) throw taken('username');
    if (error.refused.has(1)) throw taken('email');
    customer?.explain(error, writes);
    if (!error.refused.has(2)) throw new AppError('CONFLICT', 'The contact signs in already, or a role is gone');
  }
  return viewOf(user, rightsOfRoles(user.roles, chosen.custom));
};

export const taken = (field: 'username' | 'email') => new AppError('DUPLICATE', `This ${field} is taken`, { field });

const customerOf = async (
  services: UserServices,
  caller: Caller,
  body: NewAuthUser,
  authUserId: string,
): Promise<CustomerWrites> => {
  const link = { authUserId, managerId: await managerFor(services, caller, body.assigned_manager_id) };
  if (body.contact_id !== undefined) return existingCustomer(services.table, caller, body.contact_id, link);
  const [, firstName, lastName] = /^(.*?)(?:\s+(\S+))?$/.exec(body.full_name ?? '') ?? [];
  const fields = { firstName, lastName, email: body.email.toLowerCase(), phone: body.phone_number };
  return newCustomer(services, caller, fields, link);
};
