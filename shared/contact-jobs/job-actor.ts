import type { Actor } from '../audit-logs/audit.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import type { StoredJob } from './contact-job-store.ts';

/** Whoever started a job did what it does. */
export const actorOf = (organizationId: OrganizationId, { actor }: StoredJob): Actor => ({
  ...actor,
  organizationId,
  homeOrganizationId: OrganizationId.parse(actor.homeOrganizationId),
});
