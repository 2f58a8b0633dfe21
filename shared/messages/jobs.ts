import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** A status that the provider reported, verified and still to be recorded. */
export const StatusReport = z.object({
  organizationId: OrganizationId,
  campaignId: z.uuid(),
  target: z.string(),
  attemptId: z.uuid(),
  messageId: z.string(),
  status: z.enum(['sent', 'delivered', 'undelivered', 'failed']),
  errorCode: z.number().int().nullable(),
  receivedAt: z.iso.datetime(),
});
export type StatusReport = z.infer<typeof StatusReport>;
