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

/**
 * The permissions of each built-in role. A customer's rights reach only its own record; no route opens to a
 * customer before that restriction is enforced for it, so the role holds nothing here.
 */
export const rolePermissions: Record<BuiltInRole, readonly Permission[]> = {
  admin: permissions,
  manager: permissions.filter((permission) => !['crm:manage', 'org:manage', 'audit:read'].includes(permission)),
  agent: [...reading, 'contacts:write', 'messages:send'],
  viewer: reading,
  customer: [],
};
