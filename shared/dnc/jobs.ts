import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';

/** What every step of a scrub is told. */
export const ScrubStep = z.object({ organizationId: OrganizationId, scrubId: z.uuid() });
export type ScrubStep = z.infer<typeof ScrubStep>;

/** One line of a scrub's manifest: a slice of its audience. */
export const ScrubSlice = z.object({ slice: z.number().int().min(0) });

/** One child of the map: some slices of one scrub. */
export const ScrubBatch = z.object({ Items: z.array(ScrubSlice), BatchInput: ScrubStep });

/** One contact of a slice, a line of its object. */
export const SliceMember = z.object({ contactId: z.uuid(), phone: z.string().nullable() });
export type SliceMember = z.infer<typeof SliceMember>;
