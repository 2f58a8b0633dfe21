import { identityProviderManagement } from '../../shared/identity-providers/manage-identity-providers.ts';
import { identityProviderRoutes } from '../../shared/identity-providers/routes.ts';
import { identityProviderServices } from '../../shared/identity-services.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { httpServices } from '../../shared/services.ts';

const providers = identityProviderManagement(identityProviderServices());

export const handler = httpHandler(identityProviderRoutes, httpServices(), {
  listIdentityProviders: async ({ caller }) => ({ data: await providers.list(caller) }),
  createIdentityProvider: async ({ caller, body }) => ({ data: await providers.create(caller, body) }),
  getIdentityProvider: async ({ caller, params }) => ({
    data: await providers.show(caller, params.identityProviderId),
  }),
  updateIdentityProvider: async ({ caller, params, body }) => ({
    data: await providers.change(caller, params.identityProviderId, body),
  }),
  deleteIdentityProvider: ({ caller, params }) => providers.delete(caller, params.identityProviderId),
  refreshIdentityProvider: async ({ caller, params }) => ({
    data: await providers.refresh(caller, params.identityProviderId),
  }),
});
