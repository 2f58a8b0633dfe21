import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

export const Organization = z
  .object({
    id: OrganizationId,
    name: z.string(),
    slug: z.string().meta({ description: 'Unique in the installation; stays when the name changes' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int(),
  })
  .meta({ id: 'Organization' });
export type Organization = z.infer<typeof Organization>;

export const OrganizationChange = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    version: z.number().int().optional().meta({ description: 'Refuses the change if somebody else came first' }),
  })
  .meta({ id: 'OrganizationChange' });
export type OrganizationChange = z.infer<typeof OrganizationChange>;
