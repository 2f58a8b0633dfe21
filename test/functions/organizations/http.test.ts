import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { ApiRefusal } from '../../../lib/api-client.ts';
import { organizationRoutes } from '../../../shared/organizations/routes.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { signUp } from '../../support/sign-up.ts';

const aNumber = () =>
  `+1202${String(Number.parseInt(systemIds.random().slice(0, 8), 16))
    .padStart(10, '0')
    .slice(-7)}`;
const settings = (over: object = {}) => ({
  kind: 'twilio' as const,
  accountSid: `AC${'0123456789abcdef'.repeat(2)}`,
  authToken: 'the-secret-token-of-a-test',
  sender: aNumber(),
  ...over,
});
const Denials = z.array(z.object({ principal: z.string(), action: z.string() }));
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof ApiRefusal ? { code: error.code, field: error.details.field } : error),
  );

test('an organization is shown and renamed, by version where one is given', async () => {
  const { api, session } = await signUp();
  const { data: before } = await api.call(organizationRoutes.getOrganization, {});

  const { data: after } = await api.call(organizationRoutes.updateOrganization, {
    body: { name: 'Harbor Clinic', version: before.version },
  });

  expect(before).toMatchObject({ id: session.user.organization_id, version: 1 });
  expect(after).toMatchObject({ name: 'Harbor Clinic', slug: before.slug, version: 2 });
  const stale = api.call(organizationRoutes.updateOrganization, { body: { name: 'Late', version: 1 } });
  expect(await refusalOf(stale)).toEqual({ code: 'STALE_VERSION', field: 'version' });
});

test('another organization named in X-Organization-ID is one that does not exist', async () => {
  const [first, second] = await Promise.all([signUp(), signUp()]);

  const foreign = await first.send('GET', '/organizations/current', undefined, {
    'x-organization-id': second.session.user.organization_id,
  });

  expect(foreign.status).toBe(404);
});

test('the provider is set and shown without its tokens', async () => {
  const { api, send } = await signUp();
  const missing = await refusalOf(api.call(organizationRoutes.getSmsProvider, {}));
  const body = settings({ nextAuthToken: 'the-next-token-of-a-test' });

  await api.call(organizationRoutes.setSmsProvider, { body });
  const shown = await send('GET', '/organizations/current/sms-provider');

  expect(missing).toMatchObject({ code: 'NOT_FOUND' });
  expect(shown.body).toMatchObject({
    data: {
      accountSidEnding: 'cdef',
      authTokenSet: true,
      nextAuthTokenSet: true,
      sender: body.sender,
      keywordReplies: 'provider',
    },
  });
  expect(JSON.stringify(shown.body)).not.toMatch(/token-of-a-test|0123456789abcdef0/);
});

test('a sending number belongs to one organization', async () => {
  const [first, second] = await Promise.all([signUp(), signUp()]);
  const body = settings();
  await first.api.call(organizationRoutes.setSmsProvider, { body });

  const taken = await refusalOf(second.api.call(organizationRoutes.setSmsProvider, { body }));

  expect(taken).toEqual({ code: 'DUPLICATE', field: 'sender' });
});

test.each([
  ['an account that is none', { accountSid: 'AC12' }, 'accountSid'],
  ['a number without country', { sender: '2025550123' }, 'sender'],
  ['a provider address of its own', { baseUrl: 'http://169.254.169.254' }, 'baseUrl'],
])('settings are refused with their field: %s', async (_name, over, field) => {
  const { send } = await signUp();

  const answer = await send('PUT', '/organizations/current/sms-provider', settings(over));

  expect(answer).toMatchObject({ status: 422, body: { error: { details: { field } } } });
});

test('its functions ask for nothing that their roles do not grant', async () => {
  const { controlUrl } = inject('stack');
  const denials = Denials.parse(await (await fetch(`${controlUrl}/denials`)).json());

  expect(denials.filter(({ principal }) => /(auth|organizations)-?http/i.test(principal))).toEqual([]);
});
