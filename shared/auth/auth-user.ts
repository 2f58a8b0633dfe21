import * as z from 'zod';
import { type BuiltInRole, builtInRoles, type Permission, permissions, rolePermissions } from '../permissions.ts';
import { OrganizationId } from '../platform/organization-id.ts';

/** Somebody who signs in; never a contact. */
export const AuthUser = z.object({
  id: z.uuid(),
  organizationId: OrganizationId,
  username: z.string(),
  email: z.string(),
  fullName: z.string().optional(),
  bio: z.string().optional(),
  phoneNumber: z.string().optional(),
  role: z.enum(builtInRoles),
  active: z.boolean(),
  superuser: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type AuthUser = z.infer<typeof AuthUser>;

/** What every call reads of a user; written with each change of the user that touches it. */
export const AccessRights = z.object({ active: z.boolean(), role: z.enum(builtInRoles), name: z.string() });
export type AccessRights = z.infer<typeof AccessRights>;

export const rightsOf = ({ active, role, fullName, username }: AuthUser): AccessRights => ({
  active,
  role,
  name: fullName ?? username,
});

/** By the role and not as stored: a permission that a new version adds reaches those who have the role. */
export const permissionsOf = (role: BuiltInRole): readonly Permission[] => rolePermissions[role];

/** An auth user as the API shows it: the names of the sign-in API, with the organization and its role added. */
export const AuthUserView = z
  .object({
    id: z.uuid(),
    username: z.string(),
    email: z.string(),
    full_name: z.string().nullable(),
    bio: z.string().nullable(),
    phone_number: z.string().nullable(),
    is_active: z.boolean(),
    is_superuser: z.boolean(),
    organization_id: OrganizationId,
    role: z.string(),
    permissions: z.array(z.enum(permissions)),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'AuthUser' });
export type AuthUserView = z.infer<typeof AuthUserView>;

export const viewOf = (user: AuthUser): AuthUserView => ({
  id: user.id,
  username: user.username,
  email: user.email,
  full_name: user.fullName ?? null,
  bio: user.bio ?? null,
  phone_number: user.phoneNumber ?? null,
  is_active: user.active,
  is_superuser: user.superuser,
  organization_id: user.organizationId,
  role: user.role,
  permissions: [...permissionsOf(user.role)],
  created_at: user.createdAt,
  updated_at: user.updatedAt,
});
