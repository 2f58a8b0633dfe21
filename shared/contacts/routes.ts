import * as z from 'zod';
import { message, one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { Contact, ContactChange, ContactMerge, ManualContact, NewContact } from './contact.ts';
import { filterParameters, flag } from './contact-filter.ts';
import { contactOrders } from './contact-names.ts';

const ContactCounts = z
  .object({ totalContacts: z.number().int(), activeContacts: z.number().int(), inactiveContacts: z.number().int() })
  .meta({ id: 'ContactCounts', description: 'Of the whole organization, exact' });

/** `lastName`, or `-lastName` for the other way round. */
const Sort = z
  .enum(contactOrders.flatMap((order) => [order, `-${order}` as const]))
  .transform((text) => ({ order: z.enum(contactOrders).parse(text.replace('-', '')), reverse: text.startsWith('-') }))
  .meta({ description: 'Those without the field come last' });

const Activity = flag.meta({
  description: 'Tells of each contact when and how often it was texted, at half a read unit each',
});

export const contactRoutes = defineRoutes({
  listContacts: {
    method: 'GET',
    path: '/contacts',
    aliases: ['/leads'],
    summary: 'The contacts, or those that a search and filters mean; all that is asked must hold',
    access: 'contacts:read',
    query: pageQuery.extend({ ...filterParameters, sort: Sort.optional(), activity: Activity.optional() }),
    status: 200,
    returns: pageOf(Contact).extend({ filters: ContactCounts }),
  },
  createContact: {
    method: 'POST',
    path: '/contacts',
    aliases: ['/leads'],
    summary: 'Makes a contact; its phone and its e-mail address are unique in the organization',
    uses: 'contacts',
    access: 'contacts:write',
    body: NewContact,
    status: 201,
    returns: one(Contact),
    errors: ['DUPLICATE'],
  },
  createContactManually: {
    method: 'POST',
    path: '/contacts/manual',
    summary: 'Makes a contact, in one list if it is named',
    uses: 'contacts',
    access: 'contacts:write',
    body: ManualContact,
    status: 201,
    returns: one(Contact),
    errors: ['DUPLICATE'],
  },
  getContact: {
    method: 'GET',
    path: '/contacts/{contactId}',
    aliases: ['/leads/{contactId}'],
    summary: 'One contact with its lists',
    access: 'contacts:read',
    own: 'contactId',
    status: 200,
    returns: one(Contact),
  },
  updateContact: {
    method: 'PUT',
    path: '/contacts/{contactId}',
    aliases: ['/leads/{contactId}', 'PATCH /contacts/{contactId}', 'PATCH /leads/{contactId}'],
    summary: 'Changes what the body names; the rest stays, and null clears',
    access: 'contacts:write',
    own: 'contactId',
    body: ContactChange,
    status: 200,
    returns: one(Contact),
    errors: ['DUPLICATE', 'STALE_VERSION', 'CONFLICT'],
  },
  deleteContact: {
    method: 'DELETE',
    path: '/contacts/{contactId}',
    aliases: ['/leads/{contactId}'],
    summary: 'Deletes a contact; what it opted out of stays',
    access: 'contacts:delete',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
  mergeContacts: {
    method: 'POST',
    path: '/contacts/{contactId}/merge',
    aliases: ['/leads/{contactId}/merge'],
    summary:
      'Merges others into a contact for good: it can not be undone. Field by field the newest wins; what was merged is gone, and the contact is found by its phones and e-mail addresses. One that signs in stays instead',
    access: 'contacts:delete',
    body: ContactMerge,
    status: 200,
    returns: one(Contact),
    errors: ['CONFLICT'],
  },
});
