import { expect, inject, test } from 'vitest';
import { apiClient } from '../../lib/api-client.ts';
import { auditLogRoutes } from '../../shared/audit-logs/routes.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { authUserRoutes } from '../../shared/auth-users/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { invitationRoutes } from '../../shared/invitations/routes.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { sessionRoutes } from '../../shared/sessions/routes.ts';
import { aMember, aNewUser, memberPassword } from '../support/a-member.ts';
import { aSuperuser } from '../support/a-superuser.ts';
import { mailTo } from '../support/mailbox.ts';
import { refusalOf } from '../support/refusal-of.ts';
import { signUp } from '../support/sign-up.ts';

const client = apiClient(inject('stack').apiUrl);

test('a superuser makes an organization, whose first admin comes by invitation', async () => {
  const { api } = await aSuperuser();
  const name = `Harbor ${systemIds.random()}`;
  const { data: organization } = await api.call(organizationRoutes.createOrganization, {
    body: { name, subscriptionTier: 'pro' },
  });
  const headers = { 'x-organization-id': organization.id };
  const { email, username } = aNewUser();

  await api.call(invitationRoutes.createInvitation, { body: { email, role: 'admin' }, headers });
  const invitation = /\/join#(\S+)/.exec((await mailTo(email, /invites you/)).text)?.[1] ?? '';
  const joined = await client.call(authRoutes.register, { body: { invitation, username, password: memberPassword } });

  expect(organization).toMatchObject({ name, subscriptionTier: 'pro' });
  expect(joined.user).toMatchObject({ organization_id: organization.id, role: 'admin', is_superuser: false });
});

test('a superuser works in the organization that the request names, and its audit log says so', async () => {
  const { api, session } = await aSuperuser();
  const owner = await signUp();
  const headers = { 'x-organization-id': owner.session.user.organization_id };

  await api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0161' }, headers });
  const change = { settings: { brandName: 'Harbor' }, subscriptionTier: 'free' as const };
  await api.call(organizationRoutes.updateOrganization, { body: change, headers });

  const { data: organization } = await owner.api.call(organizationRoutes.getOrganization, {});
  expect(organization).toMatchObject({ subscriptionTier: 'free', settings: { brandName: 'Harbor' } });
  const { data } = await owner.api.call(auditLogRoutes.listAuditLogs, { query: { userId: session.user.id } });
  expect(data.map(({ action, actingFrom }) => [action, actingFrom])).toEqual([
    ['organization_updated', session.user.organization_id],
    ['contact_created', session.user.organization_id],
  ]);
  // Its own account stays its own, whatever it looks at.
  const { data: sessions } = await api.call(sessionRoutes.listSessions, { headers });
  expect(sessions).toHaveLength(1);
});

test('an organization that doesn’t exist is one for a superuser too', async () => {
  const { api } = await aSuperuser();

  for (const id of [systemIds.random(), 'not-an-id'])
    expect(
      await refusalOf(api.call(organizationRoutes.getOrganization, { headers: { 'x-organization-id': id } })),
    ).toBe('404 NOT_FOUND');
});

test('what is a superuser’s is refused to everybody else', async () => {
  const { api } = await signUp();

  expect(await refusalOf(api.call(organizationRoutes.createOrganization, { body: { name: 'Mine' } }))).toBe(
    '403 FORBIDDEN',
  );
  const tier = api.call(organizationRoutes.updateOrganization, { body: { subscriptionTier: 'enterprise' } });
  expect(await refusalOf(tier)).toBe('403 FORBIDDEN');
});

test('a superuser makes another of a member of the installation’s organization, and takes it back', async () => {
  const { api } = await aSuperuser();
  const member = await aMember(api);
  const params = { authUserId: member.user.id };
  const set = (is_superuser: boolean) => api.call(authUserRoutes.setSuperuser, { params, body: { is_superuser } });
  const create = () =>
    refusalOf(
      member.api.call(organizationRoutes.createOrganization, { body: { name: `Other ${systemIds.random()}` } }),
    );

  const before = await create();
  const { data } = await set(true);
  const during = await create();
  await set(false);

  expect([before, data.is_superuser, during, await create()]).toEqual([
    '403 FORBIDDEN',
    true,
    'answered',
    '401 UNAUTHENTICATED',
  ]);
  const elsewhere = await signUp();
  const headers = { 'x-organization-id': elsewhere.session.user.organization_id };
  const foreign = api.call(authUserRoutes.setSuperuser, {
    params: { authUserId: elsewhere.session.user.id },
    body: { is_superuser: true },
    headers,
  });
  expect(await refusalOf(foreign)).toBe('409 CONFLICT');
});
