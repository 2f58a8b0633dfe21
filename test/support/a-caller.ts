import { permissions } from '../../shared/permissions.ts';
import type { Caller } from '../../shared/platform/http/route.ts';
import { systemIds } from '../../shared/platform/id.ts';
import type { OrganizationId } from '../../shared/platform/organization-id.ts';

/** An admin of the organization, as a verified session has them. */
export const aCaller = (organizationId: OrganizationId): Caller => ({
  organizationId,
  userId: systemIds.random(),
  name: 'Ada Admin',
  sessionId: systemIds.random(),
  role: 'admin',
  permissions: new Set(permissions),
});
