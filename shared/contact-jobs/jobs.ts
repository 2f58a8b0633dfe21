import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** Go on with one part of a job. */
export const JobPart = z.object({
  organizationId: OrganizationId,
  jobId: z.uuid(),
  part: z.number().int().min(0),
});
export type JobPart = z.infer<typeof JobPart>;
