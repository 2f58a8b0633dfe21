import { permissions } from '../../shared/permissions.ts';
import type { Caller } from '../../shared/platform/http/route.ts';
import { systemIds } from '../../shared/platform/id.ts';
import type { OrganizationId } from '../../shared/platform/organization-id.ts';

/** An admin of the organization, as a verified session has them. */
export const aCaller = (organizationId: OrganizationId): Caller => ({
  kind: 'user',
  organizationId,
  homeOrganizationId: organizationId,
  userId: systemIds.random(),
  name: 'Ada Admin',
  sessionId: systemIds.random(),
  role: 'admin',
  roles: ['admin'],
  permissions: new Set(permissions),
  ownPermissions: new Set(),
  superuser: false,
  sourceIp: '192.0.2.7',
  userAgent: 'test',
});
