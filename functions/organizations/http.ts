import { registrationTier } from '../../shared/identity-services.ts';
import { createOrganization } from '../../shared/organizations/create-organization.ts';
import { changeOrganization, showOrganization } from '../../shared/organizations/manage-organization.ts';
import { smsProviderManagement } from '../../shared/organizations/manage-sms-provider.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appDirectory, appKeys, appTable, httpServices } from '../../shared/services.ts';

const services = {
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  directory: appDirectory(),
  registrationTier: registrationTier(),
};
const providers = smsProviderManagement({ ...services, keys: appKeys() });

export const handler = httpHandler(organizationRoutes, httpServices(), {
  getOrganization: async ({ caller }) => ({ data: await showOrganization(services.table, caller.organizationId) }),
  updateOrganization: async ({ caller, body }) => ({ data: await changeOrganization(services, caller, body) }),
  createOrganization: async ({ caller, body }) => ({ data: await createOrganization(services, caller, body) }),
  getSmsProvider: async ({ caller }) => ({ data: await providers.show(caller.organizationId) }),
  setSmsProvider: async ({ caller, body }) => ({ data: await providers.set(caller, body) }),
});
