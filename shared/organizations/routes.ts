import { one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { NewOrganization, Organization, OrganizationChange } from './organization.ts';
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
    summary: 'Changes name and settings: what is absent stays, null goes back to the default; the slug stays',
    access: 'org:manage',
    body: OrganizationChange,
    status: 200,
    returns: one(Organization),
    errors: ['STALE_VERSION'],
  },
  createOrganization: {
    method: 'POST',
    path: '/organizations',
    summary: 'Makes an organization without members; invite its first admin with X-Organization-ID',
    access: 'superuser',
    body: NewOrganization,
    status: 201,
    returns: one(Organization),
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
