import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { roleManagement } from '../../shared/roles/manage-roles.ts';
import { roleRoutes } from '../../shared/roles/routes.ts';
import { appTable, httpServices } from '../../shared/services.ts';

const roles = roleManagement({ table: appTable(), clock: systemClock, ids: systemIds });

export const handler = httpHandler(roleRoutes, httpServices(), {
  listRoles: async ({ caller }) => ({ data: await roles.list(caller) }),
  createRole: async ({ caller, body }) => ({ data: await roles.create(caller, body) }),
  getRole: async ({ caller, params }) => ({ data: await roles.show(caller, params.roleId) }),
  updateRole: async ({ caller, params, body }) => ({ data: await roles.change(caller, params.roleId, body) }),
  deleteRole: ({ caller, params }) => roles.delete(caller, params.roleId),
});
