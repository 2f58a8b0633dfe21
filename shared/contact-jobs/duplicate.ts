import * as z from 'zod';
import { Contact } from '../contacts/contact.ts';
import { duplicateReasons } from '../contacts/likeness.ts';

/** Groups that one request may name. */
const mostGroups = 1000;

export const Reason = z.enum(duplicateReasons).meta({
  description:
    'email: one mailbox, whatever the tag or the dots of Gmail; name-address: full name, street and ZIP code; name-zip: full name and ZIP code, where some say no street',
});

/** The body of a deduplication. */
export const Deduplication = z
  .strictObject({
    dryRun: z.boolean().meta({ description: 'Only finds and shows them: what is found may be merged later' }),
    reasons: z.array(Reason).min(1).meta({ description: 'email and name-address unless said otherwise' }),
    listId: z.uuid().toLowerCase().meta({ description: 'Only among the contacts of this list' }),
  })
  .partial()
  .meta({ id: 'Deduplication', examples: [{ dryRun: true }] });
export type Deduplication = z.infer<typeof Deduplication>;

/** The body of a merge of what was found: all of it, or some groups. */
export const GroupSelection = z
  .strictObject({
    groupIds: z
      .array(z.string().regex(/^\d\d-[\w-]{22}$/))
      .min(1)
      .max(mostGroups)
      .transform((ids) => [...new Set(ids)]),
  })
  .partial()
  .meta({ id: 'GroupSelection' });
export type GroupSelection = z.infer<typeof GroupSelection>;

const Duplicate = Contact.pick({
  id: true,
  firstName: true,
  lastName: true,
  phone: true,
  email: true,
  updatedAt: true,
});

/** Contacts that are likely the same. */
export const DuplicateGroup = z
  .object({
    id: z.string(),
    reason: Reason,
    contacts: z.array(Duplicate).meta({ description: 'As they are now' }),
    merged: Contact.nullable().meta({ description: 'What would become of them; null where nothing is left to merge' }),
    conflict: z.string().nullable().meta({ description: 'Why they can not be merged' }),
    mergedInto: z.uuid().nullable().meta({ description: 'The contact that the job made of them' }),
  })
  .meta({ id: 'DuplicateGroup' });
export type DuplicateGroup = z.infer<typeof DuplicateGroup>;
