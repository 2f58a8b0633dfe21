import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** A closure goes on by a step. */
export const ClosureStep = z.object({ organizationId: OrganizationId, closureId: z.uuid() });
export type ClosureStep = z.infer<typeof ClosureStep>;
