import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** Take the members of one bucket out of a list that is deleted. */
export const MemberRemoval = z.object({
  organizationId: OrganizationId,
  listId: z.uuid(),
  bucket: z.number().int().min(0).max(15),
});
export type MemberRemoval = z.infer<typeof MemberRemoval>;
