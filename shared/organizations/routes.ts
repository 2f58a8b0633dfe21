import { one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { Organization, OrganizationChange } from './organization.ts';
import { NewSmsProvider, SmsProviderView } from './sms-provider-settings.ts';

export const organizationRoutes = defineRoutes({
  getOrganization: {
    method: 'GET',
    path: '/organizations/current',
    summary: 'The organization of whoever is signed in',
    access: 'signed-in',
    status: 200,
    returns: one(Organization),
  },
  updateOrganization: {
    method: 'PUT',
    path: '/organizations/current',
    summary: 'Renames the organization; its slug stays',
    access: 'org:manage',
    body: OrganizationChange,
    status: 200,
    returns: one(Organization),
    errors: ['STALE_VERSION'],
  },
  getSmsProvider: {
    method: 'GET',
    path: '/organizations/current/sms-provider',
    summary: 'The SMS provider, without its tokens',
    access: 'org:manage',
    status: 200,
    returns: one(SmsProviderView),
  },
  setSmsProvider: {
    method: 'PUT',
    path: '/organizations/current/sms-provider',
    summary: 'Sets the SMS provider whole; tokens are sealed and never shown again',
    access: 'org:manage',
    body: NewSmsProvider,
    status: 200,
    returns: one(SmsProviderView),
    errors: ['DUPLICATE', 'STALE_VERSION'],
  },
});
