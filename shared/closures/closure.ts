import * as z from 'zod';

/** How long the export can be downloaded and the closing be stopped, before everything is erased. */
export const graceSeconds = 7 * 24 * 3600;

/** An organization on its way out, as it is stored. */
export const Closure = z.object({
  id: z.uuid(),
  status: z.enum(['exporting', 'exported', 'erasing']),
  requestedBy: z.object({ id: z.uuid(), name: z.string() }),
  requestedAt: z.iso.datetime(),
  exportedAt: z.iso.datetime().optional(),
  /** From then on everything is erased. */
  eraseAfter: z.iso.datetime().optional(),
  /** Which part of the export comes next, and where in it: the partition and the sort key to go on after. */
  section: z.number().int(),
  partition: z.number().int(),
  after: z.string().optional(),
  files: z.array(z.object({ key: z.string(), name: z.string(), rows: z.number().int() })),
  version: z.number().int(),
});
export type Closure = z.infer<typeof Closure>;

/** A closure as the API shows it. */
export const ClosureView = z
  .object({
    id: z.uuid(),
    status: z.enum(['exporting', 'exported', 'erasing']),
    requestedBy: z.object({ id: z.uuid(), name: z.string() }),
    requestedAt: z.iso.datetime(),
    exportedAt: z.iso.datetime().nullable(),
    eraseAfter: z.iso.datetime().nullable().meta({ description: 'Until then the closing can be stopped' }),
    rows: z.number().int().meta({ description: 'Exported so far' }),
    files: z
      .array(z.object({ name: z.string(), rows: z.number().int(), url: z.url() }))
      .meta({ description: 'JSON lines, gzip; the addresses work for an hour' }),
  })
  .meta({ id: 'Closure' });
export type ClosureView = z.infer<typeof ClosureView>;

/** The organization's slug, typed once more: nobody closes it by a slip. */
export const ClosureConfirmation = z
  .strictObject({ confirm: z.string().max(100).meta({ description: 'The slug of the organization' }) })
  .meta({ id: 'ClosureConfirmation' });
