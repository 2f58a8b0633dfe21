import { createContact } from '../../shared/contacts/create-contact.ts';
import { deleteContact } from '../../shared/contacts/delete-contact.ts';
import { findContact } from '../../shared/contacts/find-contacts.ts';
import { listContacts } from '../../shared/contacts/list-contacts.ts';
import { mergeInto } from '../../shared/contacts/merge-contacts.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { updateContact } from '../../shared/contacts/update-contact.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, audienceOf, httpServices } from '../../shared/services.ts';

const services = { table: appTable(), clock: systemClock, ids: systemIds };

export const handler = httpHandler(contactRoutes, httpServices(), {
  listContacts: ({ caller, query }) => listContacts(services.table, audienceOf(caller.organizationId), caller, query),
  createContact: async ({ caller, body }) => ({ data: await createContact(services, caller, body) }),
  createContactManually: async ({ caller, body: { listId, ...fields } }) => ({
    data: await createContact(services, caller, {
      source: 'Manual Entry',
      ...fields,
      ...(listId === undefined ? {} : { listIds: [listId] }),
    }),
  }),
  getContact: async ({ caller, params }) => ({ data: await findContact(services.table, caller, params.contactId) }),
  updateContact: async ({ caller, params, body }) => ({
    data: await updateContact(services, caller, params.contactId, body),
  }),
  mergeContacts: async ({ caller, params, body }) => ({
    data: await mergeInto(services, caller, params.contactId, body.contactIds),
  }),
  deleteContact: ({ caller, params }) => deleteContact(services, caller, params.contactId),
});
