import { customFieldManagement } from '../../shared/custom-fields/manage-custom-fields.ts';
import { customFieldRoutes } from '../../shared/custom-fields/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, httpServices } from '../../shared/services.ts';

const fields = customFieldManagement({ table: appTable(), clock: systemClock, ids: systemIds });

export const handler = httpHandler(customFieldRoutes, httpServices(), {
  listCustomFields: async ({ caller }) => ({ data: await fields.list(caller) }),
  createCustomField: async ({ caller, body }) => ({ data: await fields.create(caller, body) }),
  updateCustomField: async ({ caller, params, body }) => ({ data: await fields.change(caller, params.fieldId, body) }),
  deleteCustomField: ({ caller, params }) => fields.delete(caller, params.fieldId),
});
