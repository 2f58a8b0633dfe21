import * as z from 'zod';
import {
  type BuiltInRole,
  builtInRoles,
  ownRolePermissions,
  type Permission,
  permissions,
  rolePermissions,
} from '../permissions.ts';

/** A role that an organization made itself, as it is stored. It stays below 4 KB: one read unit on its holders' calls. */
export const CustomRole = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string().optional(),
  permissions: z.array(z.enum(permissions)),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type CustomRole = z.infer<typeof CustomRole>;

const Name = z.string().trim().min(1).max(100);
const Description = z.string().trim().max(255);
const Permissions = z.array(z.enum(permissions)).transform((given) => [...new Set(given)]);

export const NewRole = z
  .strictObject({ name: Name, description: Description.optional(), permissions: Permissions })
  .meta({ id: 'NewRole', example: { name: 'Campaign desk', permissions: ['campaigns:read', 'campaigns:manage'] } });
export type NewRole = z.infer<typeof NewRole>;

export const RoleChange = z
  .strictObject({
    name: Name,
    description: Description.nullable(),
    permissions: Permissions,
    version: z.number().int().min(1).meta({ description: 'Refuses the change if somebody else came first' }),
  })
  .partial()
  .meta({ id: 'RoleChange' });
export type RoleChange = z.infer<typeof RoleChange>;

/** A role as the API shows it. */
export const Role = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    builtIn: z.boolean(),
    permissions: z.array(z.enum(permissions)),
    ownPermissions: z.array(z.enum(permissions)).meta({ description: 'Held for the holder’s own record only' }),
    createdAt: z.iso.datetime().nullable(),
    updatedAt: z.iso.datetime().nullable(),
    version: z.number().int().nullable(),
  })
  .meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** Built-in roles have ids as well, the same everywhere; what is stored of them is the name. */
const builtInIds: Record<BuiltInRole, string> = {
  admin: '7d1d6c1e-2b7a-4a86-9d60-3f0f6f4f0a01',
  manager: '7d1d6c1e-2b7a-4a86-9d60-3f0f6f4f0a02',
  agent: '7d1d6c1e-2b7a-4a86-9d60-3f0f6f4f0a03',
  viewer: '7d1d6c1e-2b7a-4a86-9d60-3f0f6f4f0a04',
  customer: '7d1d6c1e-2b7a-4a86-9d60-3f0f6f4f0a05',
};

const descriptions: Record<BuiltInRole, string> = {
  admin: 'Everything in the organization',
  manager: 'Contacts, campaigns and messages, and the people who work with them',
  agent: 'Edits contacts and answers messages',
  viewer: 'Reads',
  customer: 'A contact who signs in: its own record only',
};

export const isBuiltInRole = (role: string): role is BuiltInRole => builtInRoles.some((name) => name === role);

/** The built-in role that a name or an id stands for. */
export const builtInRoleOf = (nameOrId: string): BuiltInRole | undefined =>
  builtInRoles.find((name) => name === nameOrId.toLowerCase() || builtInIds[name] === nameOrId.toLowerCase());

export const builtInRoleViews: readonly Role[] = builtInRoles.map((name) => ({
  id: builtInIds[name],
  name,
  description: descriptions[name],
  builtIn: true,
  permissions: [...rolePermissions[name]],
  ownPermissions: [...ownRolePermissions[name]],
  createdAt: null,
  updatedAt: null,
  version: null,
}));

export const viewOfRole = ({ description, ...role }: CustomRole): Role => ({
  ...role,
  description: description ?? null,
  builtIn: false,
  ownPermissions: [],
});

/** What somebody may do, from the roles held: by their present definitions, never as once copied. */
export interface Rights {
  /** The first of the roles, by name: `admin` before `manager`, built-in roles before others; `none` without any. */
  role: string;
  /** Names of the roles. */
  roles: readonly string[];
  permissions: ReadonlySet<Permission>;
  ownPermissions: ReadonlySet<Permission>;
}

/**
 * The rights of whoever holds `roles` (names of built-in roles, ids of others). A role that was deleted meanwhile
 * grants nothing.
 */
export const rightsOfRoles = (roles: readonly string[], custom: readonly CustomRole[]): Rights => {
  const builtIn = builtInRoles.filter((name) => roles.includes(name));
  const own = custom.filter(({ id }) => roles.includes(id));
  const names = [...builtIn, ...own.map(({ name }) => name)];
  return {
    role: names[0] ?? 'none',
    roles: names,
    permissions: new Set([
      ...builtIn.flatMap((name) => rolePermissions[name]),
      ...own.flatMap((role) => role.permissions),
    ]),
    ownPermissions: new Set(builtIn.flatMap((name) => ownRolePermissions[name])),
  };
};
