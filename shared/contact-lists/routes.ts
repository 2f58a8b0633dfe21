import * as z from 'zod';
import { message, one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ContactList, ContactListChange, ContactListStatus, ListMember, NewContactList } from './contact-list.ts';

export const contactListRoutes = defineRoutes({
  listContactLists: {
    method: 'GET',
    path: '/contact-lists',
    summary: 'The contact lists and segments, newest first',
    access: 'contacts:read',
    query: pageQuery.extend({
      search: z.string().trim().min(1).max(255).optional().meta({ description: 'A part of the name' }),
      status: ContactListStatus.optional(),
    }),
    status: 200,
    returns: pageOf(ContactList),
  },
  createContactList: {
    method: 'POST',
    path: '/contact-lists',
    summary: 'Makes a list, or with a filter a segment; its name is unique in the organization',
    access: 'lists:manage',
    body: NewContactList,
    status: 201,
    returns: one(ContactList),
    errors: ['DUPLICATE'],
  },
  getContactList: {
    method: 'GET',
    path: '/contact-lists/{listId}',
    summary: 'One contact list',
    access: 'contacts:read',
    status: 200,
    returns: one(ContactList),
  },
  listListMembers: {
    method: 'GET',
    path: '/contact-lists/{listId}/members',
    summary: 'Who is in a list, since when and by whom; a page may be short and still lead on',
    access: 'contacts:read',
    query: pageQuery,
    status: 200,
    returns: pageOf(ListMember),
  },
  updateContactList: {
    method: 'PUT',
    path: '/contact-lists/{listId}',
    summary: 'Changes what the body names; the rest stays',
    access: 'lists:manage',
    body: ContactListChange,
    status: 200,
    returns: one(ContactList),
    errors: ['DUPLICATE', 'STALE_VERSION'],
  },
  deleteContactList: {
    method: 'DELETE',
    path: '/contact-lists/{listId}',
    summary: 'Deletes a list; its contacts stay. Refused while a clean list or a segment follows from it',
    access: 'lists:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
});
