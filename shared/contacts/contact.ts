import * as z from 'zod';
import { TimeZone } from '../platform/time-zone.ts';
import { placeSources } from './place.ts';

/** Lists that one contact may be in: they are kept in its item. */
export const mostListsOfContact = 50;
/** Lists that one request may change: each costs two writes of one transaction, which takes a hundred. */
export const mostListsPerRequest = 40;

export const ContactStatus = z.enum(['active', 'inactive']);
export type ContactStatus = z.infer<typeof ContactStatus>;

/** Text that people type: an empty one is none. */
const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .transform((value) => (value === '' ? null : value))
    .nullable();

const Tag = z.string().trim().min(1).max(50);

export const Tags = z
  .array(Tag)
  .max(50)
  .transform((tags) => [...new Set(tags)]);

/** DynamoDB keeps numbers between these magnitudes; a spreadsheet's fit easily. */
export const storable = (value: number) => value === 0 || (Math.abs(value) >= 1e-100 && Math.abs(value) <= 1e100);

/** How an organization may call a field of its own. */
export const CustomFieldName = z
  .string()
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]*$/u, 'Field names begin with a letter or digit');

const CustomFields = z
  .record(
    CustomFieldName,
    z.union([z.string().max(1000), z.number().refine(storable, 'Number out of range'), z.boolean(), z.null()]),
  )
  .refine((fields) => Object.keys(fields).length <= 50, 'At most 50 custom fields');
export type CustomFields = z.infer<typeof CustomFields>;

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .pipe(z.union([z.email(), z.literal('').transform(() => null)]))
  .nullable()
  .meta({ examples: ['jane@example.com'] });

/** A phone as people write it; what it must be is `parsePhone`'s to say. */
const phone = text(64).meta({ examples: ['(202) 555-0123', '+12025550123'] });

/** ISO 3166 alpha-2. */
const country = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'Two letters, as in US');

const fields = {
  firstName: text(100),
  lastName: text(100),
  email,
  phone,
  company: text(255),
  title: text(100),
  address: text(500),
  city: text(100),
  state: text(50),
  zip: text(20),
  country,
  timeZone: z.union([z.literal('').transform(() => null), TimeZone]).nullable(),
  tags: Tags,
  customFields: CustomFields,
  status: ContactStatus,
  leadStatus: text(50),
  assignedManagerId: z
    .uuid()
    .toLowerCase()
    .nullable()
    .meta({ description: 'The auth user who looks after the contact' }),
  notes: text(5000),
};

const listIds = z
  .array(z.uuid().toLowerCase())
  .max(mostListsPerRequest)
  .transform((ids) => [...new Set(ids)]);

/** Phones and e-mail addresses that one contact has of others which were merged into it. */
export const mostOthers = 30;

const others = z.array(z.string().trim().max(320)).max(mostOthers);

/** What a contact is made of. It is identified by phone or e-mail: one of the two is there. */
export const NewContact = z
  .strictObject({ ...fields, source: text(100), listIds })
  .partial()
  .meta({ id: 'NewContact' });
export type NewContact = z.infer<typeof NewContact>;

/** The body of `POST /contacts/manual`: one list, by its id. */
export const ManualContact = z
  .strictObject({ ...fields, source: text(100), listId: z.uuid().toLowerCase() })
  .partial()
  .meta({ id: 'ManualContact' });

/**
 * A partial change: what is absent stays, `null` or an empty text clears. `listIds` replaces the contact's lists;
 * `version` refuses the change when somebody else changed the contact meanwhile.
 */
export const ContactChange = z
  .strictObject({
    ...fields,
    otherPhones: others.meta({ description: 'Those of merged contacts that stay; the rest is free again' }),
    otherEmails: others,
    source: text(100),
    listIds,
    version: z.number().int().min(1),
  })
  .partial()
  .meta({ id: 'ContactChange' });
export type ContactChange = z.infer<typeof ContactChange>;

/** Contacts that one request may merge into another. */
export const mostMerged = 20;

/** The body of a merge: who is merged into the contact of the path. */
export const ContactMerge = z
  .strictObject({
    contactIds: z
      .array(z.uuid().toLowerCase())
      .min(1)
      .max(mostMerged)
      .transform((ids) => [...new Set(ids)]),
  })
  .meta({ id: 'ContactMerge' });

const ListOfContact = z.object({ id: z.uuid(), name: z.string(), addedAt: z.iso.datetime() });

/** A contact as the API answers it. */
export const Contact = z
  .object({
    id: z.uuid(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable().meta({ description: 'E.164' }),
    phoneFormatted: z.string().nullable(),
    otherPhones: z.array(z.string()).meta({ description: 'E.164: of merged contacts. It is found by them' }),
    otherEmails: z.array(z.string()).meta({ description: 'Of merged contacts. It is found by them' }),
    company: z.string().nullable(),
    title: z.string().nullable(),
    address: z.string().nullable(),
    city: z.string().nullable(),
    state: z.string().nullable().meta({ description: 'As given, else derived: `stateSource` says from what' }),
    stateSource: z.enum(placeSources).nullable(),
    zip: z.string().nullable(),
    country: z.string(),
    timeZone: z
      .string()
      .nullable()
      .meta({ description: 'IANA; as given, else derived: `timeZoneSource` says from what' }),
    timeZoneSource: z.enum(placeSources).nullable(),
    tags: z.array(z.string()),
    customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    status: ContactStatus,
    leadStatus: z.string().nullable(),
    source: z.string().nullable(),
    notes: z.string().nullable(),
    assignedManagerId: z.uuid().nullable().meta({ description: 'The auth user who looks after the contact' }),
    authUserId: z.uuid().nullable().meta({ description: 'The auth user as whom the contact signs in' }),
    lastContactDate: z.iso
      .datetime()
      .nullable()
      .optional()
      .meta({ description: 'When its phone was last texted; of lists with `activity=true` only' }),
    contactCount: z
      .number()
      .int()
      .optional()
      .meta({ description: 'How often its phone was texted, refused texts included; as `lastContactDate`' }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int().meta({ description: 'Counts the changes; send it back to notice those of others' }),
    lists: z.array(ListOfContact),
  })
  .meta({ id: 'Contact' });
export type Contact = z.infer<typeof Contact>;

/** What a contact says of itself beside the phone and the e-mail address that identify it. */
export const descriptiveFields = [
  'firstName',
  'lastName',
  'company',
  'title',
  'address',
  'city',
  'state',
  'zip',
  'country',
  'timeZone',
] as const;

/**
 * What a contact says of itself, unlike what the organization keeps about it. A text may carry these; an organization's
 * own fields are written `customFields.NAME`.
 */
export const personalFields = ['email', 'phone', ...descriptiveFields] as const;
