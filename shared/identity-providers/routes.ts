import * as z from 'zod';
import { message, one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { IdentityProviderChange, IdentityProviderView, NewIdentityProvider } from './identity-provider.ts';

export const identityProviderRoutes = defineRoutes({
  listIdentityProviders: {
    method: 'GET',
    path: '/identity-providers',
    summary: 'The issuers whose tokens the organization accepts beside ours',
    access: 'org:manage',
    status: 200,
    returns: z.object({ data: z.array(IdentityProviderView) }),
  },
  createIdentityProvider: {
    method: 'POST',
    path: '/identity-providers',
    summary:
      'Registers an issuer (Cognito, Supabase, any OpenID provider), its audience, and what its claims stand for',
    access: 'org:manage',
    body: NewIdentityProvider,
    status: 201,
    returns: one(IdentityProviderView),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  getIdentityProvider: {
    method: 'GET',
    path: '/identity-providers/{identityProviderId}',
    summary: 'One issuer, with the keys that are known of it',
    access: 'org:manage',
    status: 200,
    returns: one(IdentityProviderView),
  },
  updateIdentityProvider: {
    method: 'PUT',
    path: '/identity-providers/{identityProviderId}',
    summary: 'Changes what its claims stand for, or switches it off; issuer and audience stay',
    access: 'org:manage',
    body: IdentityProviderChange,
    status: 200,
    returns: one(IdentityProviderView),
    errors: ['STALE_VERSION'],
  },
  deleteIdentityProvider: {
    method: 'DELETE',
    path: '/identity-providers/{identityProviderId}',
    summary: 'Accepts its tokens no more, from the next call on',
    access: 'org:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
  refreshIdentityProvider: {
    method: 'POST',
    path: '/identity-providers/{identityProviderId}/refresh-keys',
    summary: 'Looks at the issuer’s keys now, and not only within the hour',
    access: 'org:manage',
    status: 200,
    returns: one(IdentityProviderView),
  },
});
