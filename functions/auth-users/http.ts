import { createUser } from '../../shared/auth-users/create-user.ts';
import { listManaged, listManagedCustomers } from '../../shared/auth-users/find-managed.ts';
import { userManagement } from '../../shared/auth-users/manage-users.ts';
import { authUserRoutes } from '../../shared/auth-users/routes.ts';
import { userServices } from '../../shared/identity-services.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { httpServices } from '../../shared/services.ts';

const services = userServices();
const users = userManagement(services);

export const handler = httpHandler(authUserRoutes, httpServices(), {
  leaveOrganization: ({ caller }) => users.leave(caller),
  listAuthUsers: ({ caller, query }) => listManaged(services.table, caller, query),
  createAuthUser: async ({ caller, body }) => ({ data: await createUser(services, caller, body) }),
  listManagedCustomers: ({ caller, query }) => listManagedCustomers(services.table, caller, query),
  getAuthUser: async ({ caller, params }) => ({ data: await users.show(caller, params.authUserId) }),
  updateAuthUser: async ({ caller, params, body }) => ({ data: await users.change(caller, params.authUserId, body) }),
  deleteAuthUser: ({ caller, params }) => users.delete(caller, params.authUserId),
  disableAuthUser: async ({ caller, params }) => ({ data: await users.disable(caller, params.authUserId) }),
  enableAuthUser: async ({ caller, params }) => ({ data: await users.enable(caller, params.authUserId) }),
  setSuperuser: async ({ caller, params, body }) => ({
    data: await users.setSuperuser(caller, params.authUserId, body.is_superuser),
  }),
  resetSecondStep: async ({ caller, params }) => ({ data: await users.resetSecondStep(caller, params.authUserId) }),
  getRolesOfAuthUser: async ({ caller, params }) => ({ data: await users.roles(caller, params.authUserId) }),
  assignRoles: async ({ caller, params, body }) => ({
    data: await users.assign(caller, params.authUserId, body.roles),
  }),
});
