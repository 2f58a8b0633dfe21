import * as z from 'zod';
import { permissions } from '../permissions.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import type { Rights } from '../roles/role.ts';

/** Roles that one user may hold. */
export const mostRolesOfUser = 10;

/** Somebody who signs in; never a contact. */
export const AuthUser = z.object({
  id: z.uuid(),
  organizationId: OrganizationId,
  username: z.string(),
  email: z.string().optional(),
  fullName: z.string().optional(),
  bio: z.string().optional(),
  phoneNumber: z.string().optional(),
  /** Where codes for a second step go. */
  verificationMethod: z.enum(['email', 'sms', 'whatsapp']).optional(),
  /** Whether an authenticator app gives the codes. */
  totpEnabled: z.boolean().optional(),
  /** Names of built-in roles, ids of others. */
  roles: z.array(z.string()),
  active: z.boolean(),
  superuser: z.boolean(),
  /** The contact that signs in as this user: a customer. */
  contactId: z.uuid().optional(),
  /** Who came by a token of the organization's own issuer: without password, and with roles that its tokens say. */
  identityProviderId: z.uuid().optional(),
  createdBy: z.uuid().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type AuthUser = z.infer<typeof AuthUser>;

/** What every call reads of a user; written with each change of the user that touches it. */
export const AccessRights = z.object({
  active: z.boolean(),
  roles: z.array(z.string()),
  name: z.string(),
  superuser: z.boolean(),
  contactId: z.uuid().optional(),
  /** Sessions of an earlier epoch have ended, but for the one that is kept. */
  sessionEpoch: z.number().int().default(0),
  keptSession: z.uuid().optional(),
});
export type AccessRights = z.infer<typeof AccessRights>;

/** The part of the access item that follows from the user. */
export const accessOf = ({ active, roles, fullName, username, superuser, contactId }: AuthUser) => ({
  active,
  roles,
  name: fullName ?? username,
  superuser,
  ...(contactId === undefined ? {} : { contactId }),
});

/** What verifies a password: a hash in PHC form. */
export const Password = z.object({ hash: z.string(), registrationKeyHash: z.string().optional() });
export type Password = z.infer<typeof Password>;

/** Everything that a sign-in looks at. */
export interface SignInAccount {
  user: AuthUser;
  access: AccessRights;
  /** Absent where somebody else vouches for the user. */
  password: Password | undefined;
}

/** Whether the user counts among those of whom one has to stay. */
export const isActiveAdmin = (user: AuthUser | undefined) => user?.active === true && user.roles.includes('admin');

/** An auth user as the API shows it: the names of the sign-in API, with the organization and its role added. */
export const AuthUserView = z
  .object({
    id: z.uuid(),
    username: z.string(),
    email: z.string().nullable(),
    full_name: z.string().nullable(),
    bio: z.string().nullable(),
    phone_number: z.string().nullable(),
    verification_method: z
      .enum(['totp', 'email', 'sms', 'whatsapp'])
      .nullable()
      .meta({ description: 'The second step' }),
    is_active: z.boolean(),
    is_superuser: z.boolean(),
    organization_id: OrganizationId,
    role: z.string().meta({ description: 'The first of the roles' }),
    roles: z.array(z.string()).meta({ description: 'Names of all roles' }),
    permissions: z.array(z.enum(permissions)),
    contact_id: z.uuid().nullable().meta({ description: 'The contact that signs in as this user' }),
    identity_provider_id: z.uuid().nullable(),
    created_by: z.uuid().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'AuthUser' });
export type AuthUserView = z.infer<typeof AuthUserView>;

export const viewOf = (user: AuthUser, rights: Rights): AuthUserView => ({
  id: user.id,
  username: user.username,
  email: user.email ?? null,
  full_name: user.fullName ?? null,
  bio: user.bio ?? null,
  phone_number: user.phoneNumber ?? null,
  verification_method: user.totpEnabled ? 'totp' : (user.verificationMethod ?? null),
  is_active: user.active,
  is_superuser: user.superuser,
  organization_id: user.organizationId,
  role: rights.role,
  roles: [...rights.roles],
  permissions: [...(user.superuser ? permissions : rights.permissions)],
  contact_id: user.contactId ?? null,
  identity_provider_id: user.identityProviderId ?? null,
  created_by: user.createdBy ?? null,
  created_at: user.createdAt,
  updated_at: user.updatedAt,
});
