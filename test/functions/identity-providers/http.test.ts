import { expect, inject, test } from 'vitest';
import { type ApiClient, apiClient } from '../../../lib/api-client.ts';
import { auditLogRoutes } from '../../../shared/audit-logs/routes.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { authUserRoutes } from '../../../shared/auth-users/routes.ts';
import { campaignRoutes } from '../../../shared/campaigns/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { identityProviderRoutes } from '../../../shared/identity-providers/routes.ts';
import { organizationRoutes } from '../../../shared/organizations/routes.ts';
import { aMember } from '../../support/a-member.ts';
import { anIssuer } from '../../support/an-issuer.ts';
import { changeRole } from '../../support/change-role.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';
import { waitFor } from '../../support/wait-for.ts';

const client = apiClient(inject('stack').apiUrl);
const register = async (api: ApiClient, issuer: string, over = {}) =>
  (
    await api.call(identityProviderRoutes.createIdentityProvider, {
      body: {
        name: 'Corporate',
        issuer,
        audience: 'sms-app',
        roles: [
          { claim: 'groups', value: 'sms-managers', role: 'manager' },
          { claim: 'app_metadata.role', value: 'reader', role: 'viewer' },
        ],
        ...over,
      },
    })
  ).data;

/** An organization that accepts the tokens of an issuer of its own. */
const withIssuer = async (over = {}) => {
  const [owner, idp] = [await signUp(), await anIssuer()];
  const key = await idp.rotate('key-1');
  const provider = await register(owner.api, idp.issuer, over);
  return { ...owner, idp, provider, ...key };
};

test('tokens of the organization’s own issuer do what their claims stand for', async () => {
  const { sign, session, api } = await withIssuer();
  const manager = client.signedIn(await sign());
  const reader = client.signedIn(await sign({ sub: 'u-2', groups: [], app_metadata: { role: 'reader' } }));
  const nobody = client.signedIn(await sign({ sub: 'u-3', groups: [] }));
  const create = (by: ApiClient) => refusalOf(by.call(contactRoutes.createContact, { body: { phone: '2025550171' } }));

  expect([await create(manager), await create(reader), await create(nobody)]).toEqual([
    'answered',
    '403 FORBIDDEN',
    '403 FORBIDDEN',
  ]);
  expect(await refusalOf(reader.call(campaignRoutes.listCampaigns, {}))).toBe('answered');
  const { data } = await manager.call(organizationRoutes.getOrganization, {});
  expect(data.id).toBe(session.user.organization_id);
  expect(await refusalOf(manager.call(authRoutes.getMe, {}))).toBe('403 FORBIDDEN');
  const { data: users } = await api.call(authUserRoutes.listAuthUsers, { query: { role: 'manager' } });
  expect(users).toMatchObject([{ username: 'Corporate/u-1', full_name: 'Sam Okoro', email: 'sam@example.com' }]);
});

test('fifty parallel first calls of one person make one user, who can be disabled at once', async () => {
  const { sign, api } = await withIssuer();
  const person = client.signedIn(await sign());
  const call = () => refusalOf(person.call(contactRoutes.listContacts, {}));

  const answers = await Promise.all(Array.from({ length: 50 }, call));

  const { data: users } = await api.call(authUserRoutes.listAuthUsers, { query: { role: 'manager' } });
  expect([new Set(answers), users.length]).toEqual([new Set(['answered']), 1]);
  const params = { authUserId: users[0]?.id ?? '' };
  expect(await refusalOf(api.call(authUserRoutes.assignRoles, { params, body: { roles: ['viewer'] } }))).toBe(
    '409 CONFLICT',
  );
  await api.call(authUserRoutes.disableAuthUser, { params });
  expect(await call()).toBe('401 UNAUTHENTICATED');
});

test('a provider that is switched off or deleted is believed no more from the next call on', async () => {
  const { sign, api, provider, session } = await withIssuer();
  const person = client.signedIn(await sign());
  const params = { identityProviderId: provider.id };
  const call = () => refusalOf(person.call(contactRoutes.listContacts, {}));
  const seen = [await call()];

  await api.call(identityProviderRoutes.updateIdentityProvider, { params, body: { active: false } });
  seen.push(await call());
  await api.call(identityProviderRoutes.updateIdentityProvider, { params, body: { active: true } });
  seen.push(await call());
  await api.call(identityProviderRoutes.deleteIdentityProvider, { params });
  seen.push(await call());

  expect(seen).toEqual(['answered', '401 UNAUTHENTICATED', 'answered', '401 UNAUTHENTICATED']);
  const { data } = await api.call(auditLogRoutes.listAuditLogs, { query: { resource: 'identity_provider' } });
  expect(data.map(({ action }) => action)).toEqual([
    'identity_provider_deleted',
    'identity_provider_updated',
    'identity_provider_updated',
    'identity_provider_created',
  ]);
  expect(session.user.role).toBe('admin');
});

test('a key that the issuer changed is found, and the former one forgotten', async () => {
  const { sign, idp, api, provider } = await withIssuer();
  const former = await sign();
  const next = await idp.rotate('key-2', 'ES256');
  const call = (token: string) => refusalOf(client.signedIn(token).call(contactRoutes.listContacts, {}));
  const token = await next.sign();

  expect([await call(former), await call(token)]).toEqual(['answered', '401 UNAUTHENTICATED']);
  const { controlUrl } = inject('stack');
  const schedules: { name: string }[] = JSON.parse(await (await fetch(`${controlUrl}/schedules`)).text());
  const refresh = schedules.find(({ name }) => /RefreshKeys/.test(name))?.name ?? '';
  await fetch(`${controlUrl}/schedules/${refresh}/fire`, { method: 'POST' });
  await waitFor(
    'the new key',
    () => call(token),
    (answer) => answer === 'answered',
    30,
  );

  expect(await call(former)).toBe('401 UNAUTHENTICATED');
  const { data } = await api.call(identityProviderRoutes.getIdentityProvider, {
    params: { identityProviderId: provider.id },
  });
  expect(data).toMatchObject({ keyIds: ['key-2'], lastError: null });
});

test('one issuer and audience belong to one organization', async () => {
  const { idp } = await withIssuer();
  const other = await signUp();

  expect(await refusalOf(register(other.api, idp.issuer))).toBe('409 DUPLICATE');
  expect(await refusalOf(register(other.api, idp.issuer, { audience: 'another-app' }))).toBe('answered');
});

test('an issuer whose document names another is refused', async () => {
  const [{ api }, { issuer, rotate }] = [await signUp(), await anIssuer()];
  await rotate('key-1');

  expect(await refusalOf(register(api, `${issuer}/`))).toBe('422 VALIDATION_ERROR');
  expect(await refusalOf(register(api, issuer))).toBe('answered');
});

test('access tokens of Cognito name their audience as client_id', async () => {
  const { sign } = await withIssuer({ audienceClaim: 'client_id' });
  const call = async (claims: object) =>
    refusalOf(client.signedIn(await sign({ aud: [], ...claims })).call(contactRoutes.listContacts, {}));

  expect([
    await call({ client_id: 'sms-app', token_use: 'access' }),
    await call({ client_id: 'sms-app', token_use: 'refresh' }),
    await call({ client_id: 'another-app', token_use: 'access' }),
  ]).toEqual(['answered', '401 UNAUTHENTICATED', '401 UNAUTHENTICATED']);
});

test.each([
  ['an address inside a network', 'https://10.0.0.1'],
  ['one without https', 'http://example.com'],
  ['a host that isn’t there', 'https://no-such-host.invalid'],
])('an issuer is refused with its field: %s', async (_name, issuer) => {
  const { api } = await signUp();

  expect(await refusalOf(register(api, issuer))).toBe('422 VALIDATION_ERROR');
});

test('nobody maps to more than they hold, and identity providers are for administrators', async () => {
  const owner = await signUp();
  const { issuer, rotate } = await anIssuer();
  await rotate('key-1');
  const unknown = register(owner.api, issuer, { roles: [{ claim: 'groups', value: 'x', role: 'emperor' }] });
  expect(await refusalOf(unknown)).toBe('422 VALIDATION_ERROR');
  const manager = await aMember(owner.api, { role: 'manager' });
  expect(await refusalOf(register(manager.api, issuer))).toBe('403 FORBIDDEN');
  await changeRole(owner.session.user, 'viewer');
  expect(await refusalOf(owner.api.call(identityProviderRoutes.listIdentityProviders, {}))).toBe('403 FORBIDDEN');
});
