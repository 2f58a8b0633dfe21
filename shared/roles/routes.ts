import * as z from 'zod';
import { message, one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { NewRole, Role, RoleChange } from './role.ts';

export const roleRoutes = defineRoutes({
  listRoles: {
    method: 'GET',
    path: '/auth/roles',
    summary: 'The roles that can be assigned: the built-in ones and the organization’s own, with what they grant',
    access: 'users:manage',
    status: 200,
    returns: z.object({ data: z.array(Role) }),
  },
  createRole: {
    method: 'POST',
    path: '/auth/roles',
    summary: 'Makes a role from permissions that the caller holds',
    access: 'users:manage',
    body: NewRole,
    status: 201,
    returns: one(Role),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  getRole: {
    method: 'GET',
    path: '/auth/roles/{roleId}',
    summary: 'One role',
    access: 'users:manage',
    status: 200,
    returns: one(Role),
  },
  updateRole: {
    method: 'PUT',
    path: '/auth/roles/{roleId}',
    summary: 'Changes a role; for its holders it counts from the next request on',
    access: 'users:manage',
    body: RoleChange,
    status: 200,
    returns: one(Role),
    errors: ['DUPLICATE', 'STALE_VERSION', 'CONFLICT'],
  },
  deleteRole: {
    method: 'DELETE',
    path: '/auth/roles/{roleId}',
    summary: 'Deletes a role; its holders lose what it granted with the next request',
    access: 'users:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
});
