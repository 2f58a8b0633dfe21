import * as z from 'zod';
import { message, one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { Role } from '../roles/role.ts';
import { AuthUserView, mostRolesOfUser } from './auth-user.ts';

// No @: what a person types to sign in is then either a username or an e-mail address.
export const Username = z
  .string()
  .min(3)
  .max(100)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'Letters, digits, dot, underscore and hyphen, beginning with a letter or digit',
  );
export const Email = z.email().max(255);
export const Password = z.string().min(8).max(128);
export const FullName = z.string().trim().min(1).max(200);
export const Bio = z.string().trim().max(2000);
const role = z.string().trim().min(1).max(100).meta({ description: 'Name of a built-in role, or id of a role' });
const Roles = z.array(role).min(1).max(mostRolesOfUser);

export const NewAuthUser = z
  .strictObject({
    username: Username,
    email: Email,
    password: Password,
    full_name: FullName.optional(),
    bio: Bio.optional(),
    phone_number: z.e164().optional(),
    role: role.optional(),
    roles: Roles.optional(),
    is_active: z.boolean().default(true),
    contact_id: z.uuid().toLowerCase().optional().meta({ description: 'Of a customer: a contact that is there' }),
    assigned_manager_id: z.uuid().toLowerCase().optional().meta({ description: 'Of a customer: who looks after it' }),
  })
  .refine((body) => (body.role === undefined) !== (body.roles === undefined), {
    path: ['role'],
    message: 'Send role, or roles',
  })
  .meta({
    id: 'NewAuthUser',
    example: { username: 'sam', email: 'sam@example.com', password: 'seven loud kettles', role: 'agent' },
  });
export type NewAuthUser = z.infer<typeof NewAuthUser>;

/** A partial change: what is absent stays, `null` clears. */
export const AuthUserChange = z
  .strictObject({
    username: Username,
    email: Email,
    full_name: FullName.nullable(),
    bio: Bio.nullable(),
    phone_number: z.e164().nullable(),
    assigned_manager_id: z.uuid().toLowerCase().nullable(),
  })
  .partial()
  .meta({ id: 'AuthUserChange' });
export type AuthUserChange = z.infer<typeof AuthUserChange>;

export const authUserRoutes = defineRoutes({
  leaveOrganization: {
    method: 'POST',
    path: '/organizations/current/leave',
    summary: 'Deletes the caller’s own account; the last admin closes the organization instead',
    access: 'user',
    status: 200,
    returns: message,
    errors: ['LAST_ADMIN', 'CONFLICT'],
  },
  listAuthUsers: {
    method: 'GET',
    path: '/auth/users',
    aliases: ['/auth_users', '/users'],
    summary: 'Whoever signs in and is the caller’s to manage',
    access: 'users:manage',
    query: pageQuery.extend({
      role: z.string().max(100).optional().meta({ description: 'Name of a role' }),
      is_active: z.enum(['true', 'false']).optional(),
    }),
    status: 200,
    returns: pageOf(AuthUserView),
  },
  createAuthUser: {
    method: 'POST',
    path: '/auth/users',
    aliases: ['/auth_users', '/users'],
    summary: 'Makes an auth user; with the role customer also the contact that signs in as it',
    access: 'users:manage',
    body: NewAuthUser,
    status: 201,
    returns: one(AuthUserView),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  listManagedCustomers: {
    method: 'GET',
    path: '/auth/users/managed-customers',
    aliases: ['/users/managed-customers', '/auth_users/managed-customers'],
    summary: 'The customers with a sign-in that the caller looks after',
    access: 'user',
    query: pageQuery,
    status: 200,
    returns: pageOf(AuthUserView),
  },
  getAuthUser: {
    method: 'GET',
    path: '/auth/users/{authUserId}',
    aliases: ['/auth_users/{authUserId}', '/users/{authUserId}'],
    summary: 'One auth user',
    access: 'users:manage',
    status: 200,
    returns: one(AuthUserView),
  },
  updateAuthUser: {
    method: 'PUT',
    path: '/auth/users/{authUserId}',
    aliases: ['/auth_users/{authUserId}', '/users/{authUserId}'],
    summary: 'Changes what the body names; null clears',
    access: 'users:manage',
    body: AuthUserChange,
    status: 200,
    returns: one(AuthUserView),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  deleteAuthUser: {
    method: 'DELETE',
    path: '/auth/users/{authUserId}',
    aliases: ['/auth_users/{authUserId}', '/users/{authUserId}'],
    summary: 'Deletes an auth user: its tokens stop working at once, its names are free',
    access: 'users:manage',
    status: 200,
    returns: message,
    errors: ['LAST_ADMIN', 'CONFLICT'],
  },
  disableAuthUser: {
    method: 'PUT',
    path: '/auth/users/{authUserId}/disable',
    summary: 'Ends the user’s sessions and keeps it from signing in',
    access: 'users:manage',
    status: 200,
    returns: one(AuthUserView),
    errors: ['LAST_ADMIN', 'CONFLICT'],
  },
  enableAuthUser: {
    method: 'PUT',
    path: '/auth/users/{authUserId}/enable',
    summary: 'Lets a disabled user sign in again',
    access: 'users:manage',
    status: 200,
    returns: one(AuthUserView),
    errors: ['CONFLICT'],
  },
  setSuperuser: {
    method: 'PUT',
    path: '/auth/users/{authUserId}/superuser',
    summary: 'Makes a member of the installation’s own organization a superuser, or no longer',
    access: 'superuser',
    body: z.strictObject({ is_superuser: z.boolean() }).meta({ id: 'SuperuserChange' }),
    status: 200,
    returns: one(AuthUserView),
    errors: ['CONFLICT'],
  },
  resetSecondStep: {
    method: 'DELETE',
    path: '/auth/users/{authUserId}/second-step',
    summary: 'Ends the second step of a user who lost it, and the sessions',
    access: 'users:manage',
    status: 200,
    returns: one(AuthUserView),
    errors: ['CONFLICT'],
  },
  getRolesOfAuthUser: {
    method: 'GET',
    path: '/auth/users/{authUserId}/roles',
    summary: 'The roles of a user, with what they grant',
    access: 'users:manage',
    status: 200,
    returns: z.object({ data: z.array(Role) }),
  },
  assignRoles: {
    method: 'PUT',
    path: '/auth/users/{authUserId}/roles',
    summary: 'Gives a user these roles in the place of all others; it counts from the next request on',
    access: 'users:manage',
    body: z.strictObject({ roles: Roles }).meta({ id: 'RoleAssignment', example: { roles: ['manager'] } }),
    status: 200,
    returns: z.object({ data: z.array(Role) }),
    errors: ['LAST_ADMIN', 'CONFLICT'],
  },
});
