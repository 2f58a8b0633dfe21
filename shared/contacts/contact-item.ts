import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { contactJobKeys, contactKeys } from '../platform/table/contact-keys.ts';
import type { Item } from '../platform/table/item.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import type { Write } from '../platform/table/transact.ts';
import { ContactStatus } from './contact.ts';

/**
 * A contact as it is stored. What is empty is absent, which keeps an imported contact within one write unit.
 * `lists` holds the lists it is in and since when; it is always there, since updates reach into it.
 */
export const StoredContact = z.object({
  id: z.string(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  email: z.string().optional(),
  /** E.164. */
  phone: z.string().optional(),
  /** Of contacts that were merged into this one: found and unique as its own are, and not written to. */
  otherPhones: z.array(z.string()).optional(),
  otherEmails: z.array(z.string()).optional(),
  /** The last merge, as of when what the contact said then was said, and the contacts that it took in. */
  merged: z.object({ at: z.string(), asOf: z.string(), ids: z.array(z.string()) }).optional(),
  company: z.string().optional(),
  title: z.string().optional(),
  address: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  zip: z.string().optional(),
  country: z.string(),
  /** IANA, as given; what is derived isn't stored. */
  timeZone: z.string().optional(),
  tags: z.array(z.string()).optional(),
  customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  status: ContactStatus,
  leadStatus: z.string().optional(),
  source: z.string().optional(),
  notes: z.string().optional(),
  /** The auth user who looks after the contact. */
  assignedManagerId: z.string().optional(),
  /** The auth user as whom the contact signs in. */
  authUserId: z.string().optional(),
  /** The import that changed it last: what it was before is kept by that, for a week, and goes with the contact. */
  traceJob: z.string().optional(),
  createdBy: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number(),
  lists: z.record(z.string(), z.string()),
});
export type StoredContact = z.infer<typeof StoredContact>;

/** @throws ZodError for an item that is no contact */
export const contactOfItem = (item: Item): StoredContact => StoredContact.parse({ ...item, id: item.sk });

/** Every phone (E.164) by which a contact is known, its own first. */
export const phonesOf = ({ phone, otherPhones = [] }: Pick<StoredContact, 'phone' | 'otherPhones'>): string[] => [
  ...new Set([...(phone === undefined ? [] : [phone]), ...otherPhones]),
];

/** Every e-mail address by which a contact is known, its own first. */
export const emailsOf = ({ email, otherEmails = [] }: Pick<StoredContact, 'email' | 'otherEmails'>): string[] => [
  ...new Set([...(email === undefined ? [] : [email]), ...otherEmails]),
];

/** The contact's item; `extra` are a bulk writer's own attributes, by which it knows the item again. */
export const contactItem = (
  organizationId: OrganizationId,
  { id, ...contact }: StoredContact,
  extra: Record<string, unknown> = {},
): Item => ({ ...contactKeys.contact(organizationId, id), ...contact, ...extra });

/** Says which contact holds a phone. */
export const phoneClaimItem = (
  organizationId: OrganizationId,
  phone: string,
  contactId: string,
  extra: Record<string, unknown> = {},
): Item => ({ ...contactKeys.phoneClaim(organizationId, phone), contactId, ...extra });

/** Says which contact holds an e-mail address, which is lower-case. */
export const emailClaimItem = (
  organizationId: OrganizationId,
  email: string,
  contactId: string,
  extra: Record<string, unknown> = {},
): Item => ({ ...contactKeys.emailClaim(organizationId, email), contactId, ...extra });

/** Part of a transaction: the organization's exact counts of contacts change by so many. */
export const changeContactCounts = (
  organizationId: OrganizationId,
  by: { active?: number; inactive?: number },
): Write => ({ update: organizationKeys.counts(organizationId), change: { add: { ...by } } });

/** Part of the transaction in which a contact goes: so does what it was before an import changed it. */
export const forgetTrace = (organizationId: OrganizationId, { id, traceJob }: StoredContact): Write[] =>
  traceJob === undefined ? [] : [{ delete: contactJobKeys.trace(organizationId, traceJob, id) }];

/** Text, tags and custom fields as they are stored: nothing empty. */
export const withoutEmpty = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));

/** A contact of such fields: nothing empty, and no number or address of its own among the others. @throws ZodError */
export const contactOf = (fields: Record<string, unknown>): StoredContact => {
  const { lists, ...contact } = fields;
  const parsed = StoredContact.parse({ ...withoutEmpty(contact), lists });
  const otherPhones = phonesOf(parsed).filter((phone) => phone !== parsed.phone);
  const otherEmails = emailsOf(parsed).filter((email) => email !== parsed.email);
  return StoredContact.parse({ ...withoutEmpty({ ...parsed, otherPhones, otherEmails }), lists });
};

const isEmpty = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0);
