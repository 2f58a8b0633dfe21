import { dncManagement } from '../../shared/dnc/manage-lists.ts';
import { dncRoutes } from '../../shared/dnc/routes.ts';
import { getScrub, startScrub } from '../../shared/dnc/start-scrub.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, httpServices, scrubStarts } from '../../shared/services.ts';

const dnc = dncManagement(appTable(), systemClock, systemIds);

export const handler = httpHandler(dncRoutes, httpServices(), {
  listDncLists: ({ caller, query }) => dnc.lists(caller, query),
  createDncList: async ({ caller, body }) => ({ data: await dnc.createList(caller, body) }),
  getDncList: async ({ caller, params }) => ({ data: await dnc.list(caller, params.dncListId) }),
  updateDncList: async ({ caller, params, body }) => ({ data: await dnc.changeList(caller, params.dncListId, body) }),
  deleteDncList: ({ caller, params }) => dnc.deleteList(caller, params.dncListId),
  listDncEntries: ({ caller, query }) => dnc.entries(caller, query),
  createDncEntry: async ({ caller, body }) => ({ data: await dnc.createEntry(caller, body) }),
  deleteDncEntry: ({ caller, params }) => dnc.deleteEntry(caller, params.dncEntryId),
  startScrub: async ({ caller, body }) => ({ data: await startScrub(scrubStarts(), caller, body) }),
  getScrub: async ({ caller, params }) => ({ data: await getScrub(appTable(), caller, params.jobId) }),
});
