import * as z from 'zod';
import { Tags } from '../contacts/contact.ts';
import { ContactFilter } from '../contacts/contact-filter.ts';

export const ContactListStatus = z.enum(['active', 'archived']);

/**
 * How a list knows its members: they were put there, they follow from other lists less those a scrub found, or they
 * are whoever a filter means at the moment.
 */
export const ContactListKind = z.enum(['plain', 'derived', 'segment']);
export type ContactListKind = z.infer<typeof ContactListKind>;

export const ListName = z.string().trim().min(1).max(255);
const description = z.string().trim().max(2000).nullable();

const filter = ContactFilter.meta({
  description: 'Makes it a segment: whoever the filter means whenever it is used. Its `listId` names a plain list',
});

export const NewContactList = z
  .strictObject({
    name: ListName,
    description: description.optional(),
    tags: Tags.optional(),
    filter: filter.optional(),
  })
  .meta({ id: 'NewContactList', examples: [{ name: 'New Lead List', tags: ['website', 'new-leads'] }] });
export type NewContactList = z.infer<typeof NewContactList>;

/** A partial change; `version` refuses it when somebody else changed the list meanwhile. */
export const ContactListChange = z
  .strictObject({
    name: ListName,
    description,
    tags: Tags,
    status: ContactListStatus,
    filter: ContactFilter.meta({ description: 'Of a segment only; replaces the one it has' }),
    version: z.number().int().min(1),
  })
  .partial()
  .meta({ id: 'ContactListChange' });
export type ContactListChange = z.infer<typeof ContactListChange>;

/** A contact in a list. Of a list that follows from something nobody put it there. */
export const ListMember = z
  .object({
    contactId: z.uuid(),
    phone: z.string().nullable(),
    name: z.string().nullable().meta({ description: 'Of the contact, else of its company' }),
    addedAt: z.iso.datetime().nullable(),
    addedBy: z
      .object({ id: z.string(), name: z.string().nullable().meta({ description: 'Null of who is gone' }) })
      .nullable(),
  })
  .meta({ id: 'ListMember' });
export type ListMember = z.infer<typeof ListMember>;

/** A contact list as the API answers it. */
export const ContactList = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    status: ContactListStatus,
    kind: ContactListKind,
    sourceListIds: z
      .array(z.uuid())
      .meta({ description: 'Of a derived list what it was derived from, of a segment the list that its filter names' }),
    filter: ContactFilter.nullable().meta({ description: 'Of a segment' }),
    contactCount: z.number().int().nullable().meta({
      description: 'Exact; of a derived list as it was made. Null of a segment, which POST /contacts/count counts',
    }),
    tags: z.array(z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    createdBy: z.object({ id: z.uuid(), name: z.string() }),
    version: z.number().int(),
  })
  .meta({ id: 'ContactList' });
export type ContactList = z.infer<typeof ContactList>;
