import { apiKeyManagement } from '../../shared/api-keys/manage-api-keys.ts';
import { apiKeyRoutes } from '../../shared/api-keys/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, httpServices } from '../../shared/services.ts';

const keys = apiKeyManagement({ table: appTable(), clock: systemClock, ids: systemIds });

export const handler = httpHandler(apiKeyRoutes, httpServices(), {
  listApiKeys: async ({ caller }) => ({ data: await keys.list(caller) }),
  createApiKey: async ({ caller, body }) => ({ data: await keys.create(caller, body) }),
  getApiKey: async ({ caller, params }) => ({ data: await keys.show(caller, params.apiKeyId) }),
  deleteApiKey: ({ caller, params }) => keys.delete(caller, params.apiKeyId),
});
