/** What a route can ask for. A role is a set of these. */
export const permissions = [
  'contacts:read',
  'contacts:write',
  'contacts:delete',
  'bulk:run',
  'lists:manage',
  'imports:run',
  'dnc:read',
  'dnc:manage',
  'crm:manage',
  'org:manage',
  'audit:read',
  'users:manage',
  'templates:read',
  'templates:manage',
  'campaigns:read',
  'campaigns:manage',
  'campaigns:send',
  'analytics:read',
  'messages:read',
  'messages:send',
] as const;

export type Permission = (typeof permissions)[number];

export const builtInRoles = ['admin', 'manager', 'agent', 'viewer', 'customer'] as const;

export type BuiltInRole = (typeof builtInRoles)[number];

const reading = [
  'contacts:read',
  'dnc:read',
  'templates:read',
  'campaigns:read',
  'analytics:read',
  'messages:read',
] as const;

/** The permissions of each built-in role, held for the whole organization. */
export const rolePermissions: Record<BuiltInRole, readonly Permission[]> = {
  admin: permissions,
  manager: permissions.filter((permission) => !['crm:manage', 'org:manage', 'audit:read'].includes(permission)),
  agent: [...reading, 'contacts:write', 'messages:send'],
  viewer: reading,
  customer: [],
};

/** What a built-in role may do with its holder's own record and nothing else. */
export const ownRolePermissions: Record<BuiltInRole, readonly Permission[]> = {
  admin: [],
  manager: [],
  agent: [],
  viewer: [],
  customer: ['contacts:read', 'contacts:write', 'messages:read', 'messages:send'],
};
