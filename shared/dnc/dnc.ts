import * as z from 'zod';

/** A list of numbers that must not be written to. Registries come with their loader; a company keeps its own by hand. */
export const DncList = z
  .object({
    id: z.uuid(),
    name: z.string(),
    type: z.enum(['company']),
    description: z.string().nullable(),
    complianceLevel: z.string(),
    contactCount: z.number().int(),
    lastUpdated: z.iso.datetime(),
    autoUpdate: z.boolean(),
    source: z.string().nullable(),
    status: z.enum(['active', 'inactive']),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'DncList' });
export type DncList = z.infer<typeof DncList>;

export const NewDncList = z
  .strictObject({
    name: z.string().trim().min(1).max(255),
    type: DncList.shape.type.default('company'),
    description: z.string().max(1000).optional(),
    complianceLevel: z.string().min(1).max(50).default('internal'),
    source: z.string().max(255).optional(),
  })
  .meta({ id: 'NewDncList' });
export type NewDncList = z.infer<typeof NewDncList>;

export const DncListChange = z
  .strictObject({
    name: z.string().trim().min(1).max(255),
    description: z.string().max(1000).nullable(),
    source: z.string().max(255).nullable(),
    status: DncList.shape.status,
  })
  .partial()
  .meta({ id: 'DncListChange' });
export type DncListChange = z.infer<typeof DncListChange>;

export const DncEntry = z
  .object({
    id: z.uuid(),
    phoneNumber: z.string(),
    listId: z.uuid(),
    listName: z.string(),
    source: z.string().nullable(),
    reason: z.string().nullable(),
    notes: z.string().nullable(),
    dateAdded: z.iso.datetime(),
    expiryDate: z.iso.datetime().nullable(),
    status: z.enum(['active', 'expired']),
    addedBy: z.uuid(),
  })
  .meta({ id: 'DncEntry' });
export type DncEntry = z.infer<typeof DncEntry>;

export const NewDncEntry = z
  .strictObject({
    listId: z.uuid(),
    phoneNumber: z.string().min(1).max(40),
    source: z.string().max(255).optional(),
    reason: z.string().max(255).optional(),
    notes: z.string().max(1000).optional(),
    expiryDate: z.iso.datetime().optional(),
  })
  .meta({ id: 'NewDncEntry' });
export type NewDncEntry = z.infer<typeof NewDncEntry>;

/** An entry without end counts for ever; one with an end counts until that moment. */
export const entryStatus = (expiryDate: string | null, now: Date) =>
  expiryDate !== null && expiryDate <= now.toISOString() ? 'expired' : 'active';

/** Why a number must not be written to. */
export interface DncMatch {
  listId: string;
  listName: string;
}
