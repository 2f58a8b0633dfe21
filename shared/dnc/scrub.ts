import * as z from 'zod';

export const NewScrub = z
  .strictObject({
    campaignId: z.uuid().optional().meta({ description: 'The campaign that the scrub is for, for the record' }),
    contactListIds: z.array(z.uuid()).min(1).max(20),
    dncListIds: z
      .array(z.uuid())
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'The lists to check against; every active one when left out' }),
    options: z
      .strictObject({
        createCleanList: z.boolean().default(false),
        cleanListName: z.string().trim().min(1).max(255).optional(),
      })
      .default({ createCleanList: false }),
  })
  .meta({ id: 'NewScrub' });
export type NewScrub = z.infer<typeof NewScrub>;

/** A scrub that was asked for, while it runs and when it is done. */
export const Scrub = z
  .object({
    id: z.uuid(),
    campaignId: z.uuid().nullable(),
    status: z.enum(['processing', 'completed', 'failed']),
    totalContacts: z.number().int().meta({ description: 'Distinct contacts of the lists, as far as they are counted' }),
    checkedContacts: z.number().int(),
    matchedDNC: z.number().int(),
    cleanContacts: z.number().int(),
    complianceRate: z
      .number()
      .nullable()
      .meta({ description: 'Per cent of the contacts that are on none of the lists' }),
    contactListIds: z.array(z.uuid()),
    listsChecked: z.array(z.string()),
    cleanListId: z.uuid().nullable(),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Scrub' });
export type Scrub = z.infer<typeof Scrub>;

/** Per cent to one decimal; a scrub of nobody has no rate. */
export const complianceRate = (total: number, matched: number) =>
  total === 0 ? null : Math.round(((total - matched) / total) * 1000) / 10;
