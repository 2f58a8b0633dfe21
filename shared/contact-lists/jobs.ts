import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** Take the members of one bucket out of a list that is deleted; into another one where it was merged. */
export const MemberRemoval = z.object({
  organizationId: OrganizationId,
  listId: z.uuid(),
  bucket: z.number().int().min(0).max(15),
  into: z.uuid().optional(),
});
export type MemberRemoval = z.infer<typeof MemberRemoval>;
