import type { ApiClient } from '../../lib/api-client.ts';
import { apiKeyRoutes } from '../../shared/api-keys/routes.ts';
import { authUserRoutes } from '../../shared/auth-users/routes.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { contactJobRoutes } from '../../shared/contact-jobs/routes.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { customFieldRoutes } from '../../shared/custom-fields/routes.ts';
import { dncRoutes } from '../../shared/dnc/routes.ts';
import { exportRoutes } from '../../shared/exports/routes.ts';
import { identityProviderRoutes } from '../../shared/identity-providers/routes.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { invitationRoutes } from '../../shared/invitations/routes.ts';
import { roleRoutes } from '../../shared/roles/routes.ts';
import { sessionRoutes } from '../../shared/sessions/routes.ts';
import { aNewUser } from './a-member.ts';
import { anIssuer } from './an-issuer.ts';
import { waitFor } from './wait-for.ts';

/** One thing of each sort in an organization: its id by the canonical path that leads to it, up to the id. */
export const ownedThings = async (api: ApiClient): Promise<Record<string, string>> => {
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Voters' } });
  const { data: contact } = await api.call(contactRoutes.createContact, {
    body: { phone: '(202) 555-0161', listIds: [list.id] },
  });
  const { jobId: contactJob } = await api.call(contactJobRoutes.runBulkOperation, {
    body: { action: 'add-tags', contactIds: [contact.id], data: { tags: ['vip'] } },
  });
  const { data: made } = await api.call(exportRoutes.exportContacts, { body: { contactIds: [contact.id] } });
  const { data: field } = await api.call(customFieldRoutes.createCustomField, {
    body: { name: 'Score', type: 'number' },
  });
  const { data: dncList } = await api.call(dncRoutes.createDncList, { body: { name: 'Asked us not to' } });
  const { data: dncEntry } = await api.call(dncRoutes.createDncEntry, {
    body: { listId: dncList.id, phoneNumber: '+12025550162' },
  });
  const { data: scrub } = await api.call(dncRoutes.startScrub, { body: { contactListIds: [list.id] } });
  const { data: job } = await api.call(importRoutes.startImport, { body: { filename: 'a.csv', fileSize: 20 } });
  const { data: mapping } = await api.call(importRoutes.createImportMapping, {
    body: { name: 'Voter file', mapping: { Cell: 'phone' } },
  });
  const { data: campaign } = await api.call(campaignRoutes.createCampaign, {
    body: { name: 'Town hall', listIds: [list.id], body: 'Doors open at 6.' },
  });
  const user = await api.call(authUserRoutes.createAuthUser, { body: aNewUser() });
  const { data: role } = await api.call(roleRoutes.createRole, { body: { name: 'Desk', permissions: ['dnc:read'] } });
  const { data: key } = await api.call(apiKeyRoutes.createApiKey, { body: { name: 'K', permissions: ['dnc:read'] } });
  const { data: invitation } = await api.call(invitationRoutes.createInvitation, {
    body: { email: aNewUser().email, role: 'agent' },
  });
  const { issuer, rotate } = await anIssuer();
  await rotate('key-1');
  const { data: provider } = await api.call(identityProviderRoutes.createIdentityProvider, {
    body: { name: 'Corporate', issuer, audience: 'sms-app' },
  });
  const { data: sessions } = await api.call(sessionRoutes.listSessions, {});
  // What still changes by itself can't be compared.
  await waitFor(
    'the scrub',
    async () => (await api.call(dncRoutes.getScrub, { params: { jobId: scrub.scrubJobId } })).data.status,
    (status) => status !== 'processing',
  );
  return {
    '/auth/users/': user.data.id,
    '/auth/roles/': role.id,
    '/auth/sessions/': sessions[0]?.id ?? '',
    '/api-keys/': key.id,
    '/invitations/': invitation.id,
    '/identity-providers/': provider.id,
    '/contacts/': contact.id,
    '/contact-lists/': list.id,
    '/contact-jobs/': contactJob,
    '/exports/contacts/': made.id,
    '/custom-fields/': field.id,
    '/dnc-lists/': dncList.id,
    '/dnc-entries/': dncEntry.id,
    '/dnc/scrub-results/': scrub.scrubJobId,
    '/uploads/contacts/': job.jobId,
    '/uploads/mappings/': mapping.id,
    '/campaigns/': campaign.id,
    '/analytics/campaigns/': campaign.id,
  };
};
