import { expect, inject, test } from 'vitest';
import { apiClient } from '../../../lib/api-client.ts';
import { apiKeyRoutes } from '../../../shared/api-keys/routes.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import type { Permission } from '../../../shared/permissions.ts';
import { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { apiKeyKeys } from '../../../shared/platform/table/keys.ts';
import { sessionRoutes } from '../../../shared/sessions/routes.ts';
import { changeRole } from '../../support/change-role.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';
import { stackTable } from '../../support/stack-table.ts';

const client = apiClient(inject('stack').apiUrl);

/** An organization with a machine client that holds `permissions`. */
const withKey = async (permissions: Permission[]) => {
  const owner = await signUp();
  const { data } = await owner.api.call(apiKeyRoutes.createApiKey, { body: { name: 'Nightly', permissions } });
  return { ...owner, created: data, machine: client.signedIn(data.key) };
};

test('a key does what it may and nothing else, in the name of nobody', async () => {
  const { machine } = await withKey(['contacts:read', 'contacts:write']);

  const { data: contact } = await machine.call(contactRoutes.createContact, { body: { phone: '(202) 555-0171' } });

  expect(contact.phone).toBe('+12025550171');
  const params = { contactId: contact.id };
  expect(await refusalOf(machine.call(contactRoutes.deleteContact, { params }))).toBe('403 FORBIDDEN');
  expect(await refusalOf(machine.call(sessionRoutes.listSessions, {}))).toBe('403 FORBIDDEN');
  expect(await refusalOf(machine.call(authRoutes.getMe, {}))).toBe('403 FORBIDDEN');
});

test('a key is shown once, kept as a hash, and listed with its last use', async () => {
  const { api, created, machine, session } = await withKey(['contacts:read']);
  await machine.call(contactRoutes.listContacts, {});

  const { data } = await api.call(apiKeyRoutes.listApiKeys, {});

  expect(data).toMatchObject([
    { id: created.id, name: 'Nightly', permissions: ['contacts:read'], active: true, lastUsedIp: '127.0.0.1' },
  ]);
  expect(data[0]?.lastUsedAt).toEqual(expect.any(String));
  const organizationId = OrganizationId.parse(session.user.organization_id);
  const stored = await (await stackTable()).get(apiKeyKeys.apiKey(organizationId, created.id));
  const secret = created.key.split('.')[1] ?? '';
  expect(secret).toHaveLength(43);
  expect(JSON.stringify([stored, data])).not.toContain(secret);
});

test('a repetition under the same Idempotency-Key makes no second key and shows the first no more', async () => {
  const { send } = await signUp();
  const create = () =>
    send('POST', '/api-keys', { name: 'Once', permissions: ['contacts:read'] }, { 'idempotency-key': 'once' });

  const [first, again] = [await create(), await create()];

  expect([first.status, again.status]).toEqual([201, 409]);
  expect((await send('GET', '/api-keys')).body).toMatchObject({ data: [{ name: 'Once' }] });
});

test('a deleted key is refused on the very next call', async () => {
  const { api, created, machine } = await withKey(['contacts:read']);
  await machine.call(contactRoutes.listContacts, {});

  await api.call(apiKeyRoutes.deleteApiKey, { params: { apiKeyId: created.id } });

  expect(await refusalOf(machine.call(contactRoutes.listContacts, {}))).toBe('401 UNAUTHENTICATED');
});

test('an expired key is refused', async () => {
  const { created, machine, session } = await withKey(['contacts:read']);
  const key = apiKeyKeys.apiKey(OrganizationId.parse(session.user.organization_id), created.id);
  await (await stackTable()).update(key, { set: { expiresAt: '2020-01-01T00:00:00.000Z' } });

  expect(await refusalOf(machine.call(contactRoutes.listContacts, {}))).toBe('401 UNAUTHENTICATED');
});

test.each([
  ['another secret', (key: string) => `${key.slice(0, -43)}${'A'.repeat(43)}`],
  ['another id', (key: string) => `hgk_${'A'.repeat(43)}.${key.split('.')[1]}`],
  ['a part of it', (key: string) => key.slice(0, -1)],
  ['more than it', (key: string) => `${key}A`],
])('a forged key is refused: %s', async (_name, forge) => {
  const { created } = await withKey(['contacts:read']);

  const forged = client.signedIn(forge(created.key));

  expect(await refusalOf(forged.call(contactRoutes.listContacts, {}))).toBe('401 UNAUTHENTICATED');
});

test('a key can make keys of no more than it holds', async () => {
  const { machine } = await withKey(['org:manage', 'contacts:read']);
  const create = (permissions: Permission[]) =>
    refusalOf(machine.call(apiKeyRoutes.createApiKey, { body: { name: 'Next', permissions } }));

  expect(await create(['contacts:read'])).toBe('answered');
  expect(await create(['contacts:read', 'campaigns:send'])).toBe('403 FORBIDDEN');
});

test('keys are for administrators', async () => {
  const { api, session } = await withKey(['contacts:read']);
  await changeRole(session.user, 'manager');

  expect(await refusalOf(api.call(apiKeyRoutes.listApiKeys, {}))).toBe('403 FORBIDDEN');
});
