import { deleteList } from '../../shared/contact-lists/delete-list.ts';
import { listMembers } from '../../shared/contact-lists/list-members.ts';
import { listManagement } from '../../shared/contact-lists/manage-lists.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, audienceOf, httpServices, memberRemovals } from '../../shared/services.ts';

const services = { table: appTable(), clock: systemClock, ids: systemIds };
const lists = listManagement(services);

export const handler = httpHandler(contactListRoutes, httpServices(), {
  listContactLists: ({ caller, query }) => lists.list(caller, query),
  createContactList: async ({ caller, body }) => ({ data: await lists.create(caller, body) }),
  getContactList: async ({ caller, params }) => ({ data: await lists.find(caller, params.listId) }),
  listListMembers: ({ caller, params, query }) =>
    listMembers(services.table, audienceOf(caller.organizationId), caller, params.listId, query),
  updateContactList: async ({ caller, params, body }) => ({ data: await lists.change(caller, params.listId, body) }),
  deleteContactList: ({ caller, params }) => deleteList(services, memberRemovals(), caller, params.listId),
});
