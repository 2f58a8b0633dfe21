import { expect, inject, test } from 'vitest';
import { type ApiClient, apiClient } from '../../../lib/api-client.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { authUserRoutes } from '../../../shared/auth-users/routes.ts';
import { invitationRoutes } from '../../../shared/invitations/routes.ts';
import { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { invitationKeys } from '../../../shared/platform/table/keys.ts';
import { roleRoutes } from '../../../shared/roles/routes.ts';
import { aMember, aNewUser, memberPassword } from '../../support/a-member.ts';
import { request } from '../../support/http-request.ts';
import { mailTo } from '../../support/mailbox.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';
import { stackTable } from '../../support/stack-table.ts';

const { apiUrl } = inject('stack');
const client = apiClient(apiUrl);

/** Invites an address that nobody has, and follows the link that was mailed. */
const invite = async (
  by: ApiClient,
  over: { role?: string; roles?: string[]; fullName?: string } = { role: 'agent' },
) => {
  const { email, username } = aNewUser();
  const { data } = await by.call(invitationRoutes.createInvitation, { body: { email, ...over } });
  return { id: data.id, email, username, invitation: await linkOf(email), data };
};
const linkOf = async (email: string, count = 1) =>
  /\/join#(\S+)/.exec((await mailTo(email, /invites you/, count)).text)?.[1] ?? '';
const redeem = (invitation: string, username: string) =>
  client.call(authRoutes.register, { body: { invitation, username, password: memberPassword } });

test('an invited person follows the link, sees the offer, and joins with the role that was chosen', async () => {
  const { api, session } = await signUp();
  const { email, username, invitation, data } = await invite(api, { role: 'manager', fullName: 'Sam Okoro' });

  const offer = await client.call(invitationRoutes.lookUpInvitation, { body: { invitation } });
  const joined = await redeem(invitation, username);

  expect(data).toMatchObject({ email, roles: ['manager'], status: 'pending', invitedBy: { name: 'Dana Reyes' } });
  expect(offer.data).toMatchObject({ email, roles: ['manager'], invitedBy: 'Dana Reyes', fullName: 'Sam Okoro' });
  expect(joined.user).toMatchObject({
    username,
    email,
    full_name: 'Sam Okoro',
    role: 'manager',
    organization_id: session.user.organization_id,
    created_by: session.user.id,
  });
  expect((await client.signedIn(joined.access_token).call(authRoutes.getMe, {})).data).toEqual(joined.user);
  const { data: all } = await api.call(invitationRoutes.listInvitations, {});
  expect(all).toMatchObject([{ status: 'accepted' }]);
});

test('fifty parallel redemptions of one invitation make one member', async () => {
  const { api } = await signUp();
  const { invitation } = await invite(api);

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => refusalOf(redeem(invitation, aNewUser().username))),
  );

  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1);
  expect(new Set(answers.filter((answer) => answer !== 'answered'))).toEqual(new Set(['401 INVALID_CODE']));
  const { data } = await api.call(authUserRoutes.listAuthUsers, { query: { role: 'agent' } });
  expect(data).toHaveLength(1);
});

test('a link that was used, revoked, replaced, expired or made up gets the same answer', async () => {
  const { api, session } = await signUp();
  const invitations = await Promise.all([1, 2, 3, 4].map(() => invite(api)));
  const [used, revoked, replaced, expired] = invitations;
  if (!used || !revoked || !replaced || !expired) throw new Error('Not invited');
  await redeem(used.invitation, used.username);
  await api.call(invitationRoutes.revokeInvitation, { params: { invitationId: revoked.id } });
  await api.call(invitationRoutes.resendInvitation, { params: { invitationId: replaced.id } });
  const key = invitationKeys.invitation(OrganizationId.parse(session.user.organization_id), expired.id);
  await (await stackTable()).update(key, { set: { expiresAt: '2020-01-01T00:00:00.000Z' } });

  const links = [...invitations.map(({ invitation }) => invitation), `${used.invitation.slice(0, -1)}A`, 'made-up'];
  const answers = await Promise.all(
    links.map(async (invitation) => {
      const body = { invitation };
      const lookUp = await refusalOf(client.call(invitationRoutes.lookUpInvitation, { body }));
      return [lookUp, await refusalOf(redeem(invitation, aNewUser().username))];
    }),
  );

  expect(answers).toEqual(links.map(() => ['401 INVALID_CODE', '401 INVALID_CODE']));
  expect(await refusalOf(redeem(await linkOf(replaced.email, 2), replaced.username))).toBe('answered');
});

test('nobody invites to more than they hold, and a deleted role redeems nothing', async () => {
  const { api } = await signUp();
  const manager = await aMember(api, { role: 'manager' });
  const create = (role: string) =>
    refusalOf(manager.api.call(invitationRoutes.createInvitation, { body: { email: aNewUser().email, role } }));
  expect([await create('admin'), await create('manager'), await create('viewer')]).toEqual([
    '403 FORBIDDEN',
    '403 FORBIDDEN',
    'answered',
  ]);
  const { data: role } = await api.call(roleRoutes.createRole, { body: { name: 'Desk', permissions: ['dnc:read'] } });
  const { invitation, username } = await invite(api, { roles: [role.id] });

  await api.call(roleRoutes.deleteRole, { params: { roleId: role.id } });

  expect(await refusalOf(redeem(invitation, username))).toBe('409 CONFLICT');
});

test('whether an invited address has an account elsewhere is told to nobody but its owner', async () => {
  const [first, second] = [await signUp(), await signUp()];
  const { email } = await invite(first.api);
  const elsewhere = second.session.user.email ?? '';

  const [fresh, known] = await Promise.all(
    [email, elsewhere].map((address) =>
      first.api.call(invitationRoutes.createInvitation, { body: { email: address, role: 'agent' } }),
    ),
  );

  expect(known?.data.status).toBe(fresh?.data.status);
  expect(await refusalOf(redeem(await linkOf(elsewhere), aNewUser().username))).toBe('409 DUPLICATE');
});

test('a registration needs an organization and an address, or an invitation in their place', async () => {
  const { api } = await signUp();
  const { invitation, username, email } = await invite(api);
  const password = memberPassword;
  const register = async (body: object) => {
    const answer = await request('POST', `${apiUrl}/auth/register`, { text: JSON.stringify(body) });
    return [answer.status, answer.body];
  };

  expect(await register({ username, password, organization_name: 'Acme' })).toMatchObject([
    422,
    { error: { details: { field: 'email' } } },
  ]);
  expect(await register({ username, password, invitation, email })).toMatchObject([
    422,
    { error: { details: { field: 'email' } } },
  ]);
});

test('the page behind the link runs nothing but its own script, and masks the password', async () => {
  const page = await request('GET', `${apiUrl}/join`);

  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'sha256-/);
  expect(page.text).toContain('location.hash');
  expect(page.text).toMatch(
    /type="password"[^>]*autocomplete="new-password"|autocomplete="new-password"[^>]*type="password"/,
  );
});
