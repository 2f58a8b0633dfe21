import { TOTP } from 'otpauth';
import { expect, inject, test } from 'vitest';
import { apiClient } from '../../lib/api-client.ts';
import { apiKeyRoutes } from '../../shared/api-keys/routes.ts';
import { auditLogRoutes } from '../../shared/audit-logs/routes.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { authUserRoutes } from '../../shared/auth-users/routes.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { consentRoutes } from '../../shared/consents/routes.ts';
import { contactJobRoutes } from '../../shared/contact-jobs/routes.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { customFieldRoutes } from '../../shared/custom-fields/routes.ts';
import { dncRoutes } from '../../shared/dnc/routes.ts';
import { exportRoutes } from '../../shared/exports/routes.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { invitationRoutes } from '../../shared/invitations/routes.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { roleRoutes } from '../../shared/roles/routes.ts';
import { secondFactorRoutes } from '../../shared/second-factors/routes.ts';
import { sessionRoutes } from '../../shared/sessions/routes.ts';
import { aMember, aNewUser, memberPassword } from '../support/a-member.ts';
import { declaredRoutes } from '../support/declared-routes.ts';
import { importFile, uploadFile } from '../support/import-file.ts';
import { mailedCode } from '../support/mailbox.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { waitFor } from '../support/wait-for.ts';

/** What each operation that changes something leaves in the audit log; a reason where it leaves nothing. */
const recorded: Record<string, string | { nothing: string }> = {
  createApiKey: 'api_key_created',
  deleteApiKey: 'api_key_deleted',
  register: 'registered',
  login: 'signed_in',
  refresh: { nothing: 'changes nothing but a token; its reuse is recorded' },
  updateMe: 'profile_changed',
  changePassword: 'password_changed',
  resetPassword: { nothing: 'recorded as password_reset: test/functions/verification-codes' },
  startEmailChange: { nothing: 'sends a code' },
  confirmEmailChange: 'email_changed',
  leaveOrganization: 'user_left',
  createAuthUser: 'user_created',
  updateAuthUser: 'user_updated',
  deleteAuthUser: 'user_deleted',
  disableAuthUser: 'user_disabled',
  enableAuthUser: 'user_enabled',
  setSuperuser: { nothing: 'recorded as superuser_changed: test/journeys/superuser' },
  resetSecondStep: 'second_step_reset',
  assignRoles: 'roles_changed',
  createCampaign: 'campaign_created',
  updateCampaign: 'campaign_updated',
  deleteCampaign: 'campaign_deleted',
  startCampaign: 'campaign_started',
  pauseCampaign: { nothing: 'recorded as campaign_paused: test/journeys/pause-resume' },
  resumeCampaign: { nothing: 'recorded as campaign_resumed: test/journeys/pause-resume' },
  createContactList: 'contact_list_created',
  updateContactList: 'contact_list_updated',
  deleteContactList: 'contact_list_deleted',
  createContact: 'contact_created',
  createContactManually: 'contact_created',
  updateContact: 'contact_updated',
  deleteContact: 'contact_deleted',
  countContacts: { nothing: 'reads' },
  runBulkOperation: 'contact_job_started',
  undoContactJob: 'contact_job_started',
  deduplicateContacts: { nothing: 'recorded as contact_job_started, as by undoContactJob' },
  mergeDuplicates: { nothing: 'recorded as contact_job_started, as by undoContactJob' },
  undoImport: { nothing: 'recorded as contact_job_started, as by undoContactJob' },
  mergeContacts: 'contact_merged',
  createCustomField: 'custom_field_created',
  updateCustomField: 'custom_field_updated',
  deleteCustomField: 'custom_field_deleted',
  recordConsent: 'consent_recorded',
  createDncList: 'dnc_list_created',
  updateDncList: 'dnc_list_updated',
  deleteDncList: 'dnc_list_deleted',
  createDncEntry: 'dnc_entry_created',
  deleteDncEntry: 'dnc_entry_deleted',
  startScrub: 'scrub_started',
  startImport: 'import_started',
  previewImport: { nothing: 'reads' },
  previewLeadImport: { nothing: 'reads' },
  executeImport: 'import_executed',
  executeLeadImport: 'import_executed',
  createImportMapping: 'import_mapping_created',
  deleteImportMapping: 'import_mapping_deleted',
  exportContacts: 'contact_job_started',
  copyContactList: 'contact_job_started',
  mergeContactLists: 'contact_job_started',
  requestClosure: { nothing: 'recorded as organization_closing: test/journeys/closing' },
  cancelClosure: { nothing: 'recorded as organization_closing_stopped: test/journeys/closing' },
  eraseOrganization: { nothing: 'recorded as organization_erasing, and erased with everything' },
  createIdentityProvider: { nothing: 'recorded as identity_provider_created: test/functions/identity-providers' },
  updateIdentityProvider: { nothing: 'recorded as identity_provider_updated: test/functions/identity-providers' },
  deleteIdentityProvider: { nothing: 'recorded as identity_provider_deleted: test/functions/identity-providers' },
  refreshIdentityProvider: { nothing: 'reads keys again' },
  createInvitation: 'invitation_created',
  resendInvitation: 'invitation_resent',
  revokeInvitation: 'invitation_revoked',
  lookUpInvitation: { nothing: 'reads' },
  updateOrganization: 'organization_updated',
  createOrganization: { nothing: 'recorded in the new organization: test/journeys/superuser' },
  setSmsProvider: 'sms_provider_set',
  createRole: 'role_created',
  updateRole: 'role_updated',
  deleteRole: 'role_deleted',
  startSecondStep: { nothing: 'sends a code' },
  confirmSecondStep: { nothing: 'recorded as second_step_enabled, as by confirmTotp' },
  disableSecondStep: 'second_step_disabled',
  startTotp: { nothing: 'counts for nothing before it is confirmed' },
  confirmTotp: 'second_step_enabled',
  renewRecoveryCodes: 'recovery_codes_renewed',
  endSession: 'session_ended',
  logout: 'logout',
  logoutAll: 'logout_all',
  sendCode: { nothing: 'sends a code' },
  confirmCode: { nothing: 'recorded as signed_in: test/functions/second-factors' },
};

const changing = declaredRoutes.filter(({ route }) => route.method !== 'GET').map(({ name }) => name);

test('every operation that changes something is thought of', () => {
  expect(Object.keys(recorded).toSorted()).toEqual([...new Set(changing)].toSorted());
});

test('what people do to an organization stands in its audit log, whatever they do', async () => {
  const { api, session } = await signUp();
  const client = apiClient(inject('stack').apiUrl);
  const password = 'four quiet lanterns';
  await connectProvider(api);
  await api.call(organizationRoutes.updateOrganization, { body: { settings: { brandName: 'Harbor' } } });

  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Voters' } });
  await api.call(contactListRoutes.updateContactList, { params: { listId: list.id }, body: { description: 'All' } });
  await api.call(contactRoutes.createContactManually, { body: { phone: '(202) 555-0151' } });
  const { data: contact } = await api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0152' } });
  const those = { params: { contactId: contact.id } };
  await api.call(contactRoutes.updateContact, { ...those, body: { city: 'Oslo' } });
  await api.call(consentRoutes.recordConsent, { ...those, body: { source: 'Web form' } });
  const bulk = { action: 'add-tags' as const, contactIds: [contact.id], data: { tags: ['vip'] } };
  const { jobId } = await api.call(contactJobRoutes.runBulkOperation, { body: bulk });
  await api.call(contactJobRoutes.undoContactJob, { params: { jobId } });
  const { data: twin } = await api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0154' } });
  await api.call(contactRoutes.mergeContacts, { ...those, body: { contactIds: [twin.id] } });
  await api.call(contactRoutes.deleteContact, those);
  await importFile(api, { name: 'a.csv', content: 'phone\n(202) 555-0153\n', listId: list.id });
  const { jobId: waiting } = await uploadFile(api, { name: 'b.csv', content: 'phone\n2025550154\n', autoStart: false });
  await waitFor(
    'the file to be read',
    async () => (await api.call(importRoutes.getImport, { params: { jobId: waiting } })).data,
    ({ stage }) => stage === 'ready',
  );
  await api.call(importRoutes.executeLeadImport, { body: { jobId: waiting } });
  const { data: mapping } = await api.call(importRoutes.createImportMapping, {
    body: { name: 'Canvassers', mapping: { Cell: 'phone' } },
  });
  await api.call(importRoutes.deleteImportMapping, { params: { mappingId: mapping.id } });
  await api.call(exportRoutes.exportContacts, { body: {} });
  const { data: copy } = await api.call(contactJobRoutes.copyContactList, {
    params: { listId: list.id },
    body: { name: 'Copy' },
  });
  await api.call(contactJobRoutes.mergeContactLists, {
    body: { sourceListIds: [copy.list.id], targetListId: list.id },
  });

  const { data: field } = await api.call(customFieldRoutes.createCustomField, {
    body: { name: 'Score', type: 'number' },
  });
  const ours = { params: { fieldId: field.id } };
  await api.call(customFieldRoutes.updateCustomField, { ...ours, body: { label: 'Points' } });
  await api.call(customFieldRoutes.deleteCustomField, ours);

  const { data: dnc } = await api.call(dncRoutes.createDncList, { body: { name: 'Asked us not to' } });
  await api.call(dncRoutes.updateDncList, { params: { dncListId: dnc.id }, body: { description: 'Company' } });
  const { data: entry } = await api.call(dncRoutes.createDncEntry, {
    body: { listId: dnc.id, phoneNumber: '+12025550154' },
  });
  await api.call(dncRoutes.startScrub, { body: { contactListIds: [list.id] } });
  await api.call(dncRoutes.deleteDncEntry, { params: { dncEntryId: entry.id } });
  await api.call(dncRoutes.deleteDncList, { params: { dncListId: dnc.id } });

  const draft = { name: 'Town hall', listIds: [list.id], body: 'Doors open at 6.' };
  const campaigns = [];
  for (const name of ['One', 'Two'])
    campaigns.push((await api.call(campaignRoutes.createCampaign, { body: { ...draft, name } })).data.id);
  const [started = '', dropped = ''] = campaigns;
  const body = { body: 'Doors open at 7.' };
  await api.call(campaignRoutes.updateCampaign, { params: { campaignId: started }, body });
  await api.call(campaignRoutes.startCampaign, { params: { campaignId: started } });
  await api.call(campaignRoutes.deleteCampaign, { params: { campaignId: dropped } });
  await api.call(contactListRoutes.deleteContactList, { params: { listId: list.id } });

  const { data: role } = await api.call(roleRoutes.createRole, { body: { name: 'Desk', permissions: ['dnc:read'] } });
  await api.call(roleRoutes.updateRole, { params: { roleId: role.id }, body: { name: 'Night desk' } });
  await api.call(roleRoutes.deleteRole, { params: { roleId: role.id } });
  const { data: key } = await api.call(apiKeyRoutes.createApiKey, { body: { name: 'K', permissions: ['dnc:read'] } });
  await api.call(apiKeyRoutes.deleteApiKey, { params: { apiKeyId: key.id } });
  const { email } = aNewUser();
  const { data: invitation } = await api.call(invitationRoutes.createInvitation, { body: { email, role: 'agent' } });
  const invited = { params: { invitationId: invitation.id } };
  await api.call(invitationRoutes.resendInvitation, invited);
  await api.call(invitationRoutes.revokeInvitation, invited);

  const member = await aMember(api);
  const user = { params: { authUserId: member.user.id } };
  await api.call(authUserRoutes.updateAuthUser, { ...user, body: { bio: 'New' } });
  await api.call(authUserRoutes.assignRoles, { ...user, body: { roles: ['viewer'] } });
  await api.call(authUserRoutes.resetSecondStep, user);
  await api.call(authUserRoutes.disableAuthUser, user);
  await api.call(authUserRoutes.enableAuthUser, user);
  await api.call(authUserRoutes.deleteAuthUser, user);
  await (await aMember(api)).api.call(authUserRoutes.leaveOrganization, {});

  const person = await aMember(api);
  const mine = { body: { current_password: memberPassword } };
  await person.api.call(authRoutes.updateMe, { body: { bio: 'Hello' } });
  const { data: totp } = await person.api.call(secondFactorRoutes.startTotp, mine);
  const code = new TOTP({ secret: totp.secret }).generate();
  await person.api.call(secondFactorRoutes.confirmTotp, { body: { code } });
  await person.api.call(secondFactorRoutes.renewRecoveryCodes, mine);
  await person.api.call(secondFactorRoutes.disableSecondStep, mine);
  const next = aNewUser().email;
  const change = { email: next, current_password: memberPassword };
  const { data: challenge } = await person.api.call(authRoutes.startEmailChange, { body: change });
  const confirmation = { challenge: challenge.challenge, code: await mailedCode(next) };
  await person.api.call(authRoutes.confirmEmailChange, { body: confirmation });

  const other = await client.call(authRoutes.login, { body: { username: session.user.username, password } });
  const sessions = await api.call(sessionRoutes.listSessions, {});
  const sessionId = sessions.data.find(({ is_current }) => !is_current)?.id ?? '';
  await api.call(sessionRoutes.endSession, { params: { sessionId } });
  expect(other.user.id).toBe(session.user.id);
  const again = async () =>
    client.signedIn(
      (await client.call(authRoutes.login, { body: { username: session.user.username, password } })).access_token,
    );
  const passwords = { current_password: password, new_password: 'nine patient harbors' };
  await (await again()).call(sessionRoutes.logout, {});
  await (await again()).call(sessionRoutes.logoutAll, {});
  await (await again()).call(authRoutes.changePassword, { body: passwords });

  const signedIn = await client.call(authRoutes.login, {
    body: { username: session.user.username, password: passwords.new_password },
  });
  const actions = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 100, ...(cursor === null ? {} : { cursor }) };
    const page = await client.signedIn(signedIn.access_token).call(auditLogRoutes.listAuditLogs, { query });
    for (const { action } of page.data) actions.add(action);
    cursor = page.pagination.nextCursor;
  } while (cursor !== null);
  const expected = Object.values(recorded).filter((action) => typeof action === 'string');
  expect(expected.filter((action) => !actions.has(action))).toEqual([]);
  expect(actions).toContain('import_completed');
});
