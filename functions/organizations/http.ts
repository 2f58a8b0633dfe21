import { organizationManagement } from '../../shared/organizations/manage-organization.ts';
import { smsProviderManagement } from '../../shared/organizations/manage-sms-provider.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { appDirectory, appKeys, appTable, httpServices } from '../../shared/services.ts';

const organizations = organizationManagement({ table: appTable(), clock: systemClock });
const providers = smsProviderManagement({
  table: appTable(),
  clock: systemClock,
  directory: appDirectory(),
  keys: appKeys(),
});

export const handler = httpHandler(organizationRoutes, httpServices(), {
  getOrganization: async ({ caller }) => ({ data: await organizations.show(caller.organizationId) }),
  updateOrganization: async ({ caller, body }) => ({ data: await organizations.change(caller.organizationId, body) }),
  getSmsProvider: async ({ caller }) => ({ data: await providers.show(caller.organizationId) }),
  setSmsProvider: async ({ caller, body }) => ({ data: await providers.set(caller.organizationId, body) }),
});
