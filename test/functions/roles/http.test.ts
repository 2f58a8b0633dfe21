import { expect, test } from 'vitest';
import type { ApiClient } from '../../../lib/api-client.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { builtInRoles, type Permission } from '../../../shared/permissions.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { roleRoutes } from '../../../shared/roles/routes.ts';
import { changeRole } from '../../support/change-role.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

const aRole = async (api: ApiClient, permissions: Permission[], name = 'Desk') =>
  (await api.call(roleRoutes.createRole, { body: { name, permissions } })).data;

test('the built-in roles are listed with what they grant, the organization’s own after them', async () => {
  const { api } = await signUp();
  const own = await aRole(api, ['contacts:read', 'contacts:read', 'campaigns:send']);

  const { data } = await api.call(roleRoutes.listRoles, {});

  expect(data.map(({ name }) => name)).toEqual([...builtInRoles, 'Desk']);
  expect(data.at(-1)).toMatchObject({ id: own.id, builtIn: false, permissions: ['contacts:read', 'campaigns:send'] });
  expect(data.find(({ name }) => name === 'customer')).toMatchObject({
    permissions: [],
    ownPermissions: ['contacts:read', 'contacts:write', 'messages:read', 'messages:send'],
  });
  const [first] = data;
  expect((await api.call(roleRoutes.getRole, { params: { roleId: first?.id ?? '' } })).data).toEqual(first);
});

test('a changed role counts for its holders from the next request, with the token that is there', async () => {
  const { api } = await signUp();
  const holder = await signUp();
  const own = await aRole(holder.api, ['contacts:read', 'users:manage']);
  await changeRole(holder.session.user, own.id);
  const create = () => refusalOf(holder.api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0181' } }));
  const change = (permissions: Permission[]) =>
    refusalOf(holder.api.call(roleRoutes.updateRole, { params: { roleId: own.id }, body: { permissions } }));

  const before = await create();
  const upwards = await change(['contacts:read', 'contacts:write', 'users:manage']);
  const down = await change(['users:manage']);

  expect([before, upwards, down]).toEqual(['403 FORBIDDEN', '403 FORBIDDEN', 'answered']);
  expect(await refusalOf(holder.api.call(contactRoutes.listContacts, {}))).toBe('403 FORBIDDEN');
  await holder.api.call(roleRoutes.deleteRole, { params: { roleId: own.id } });
  expect(await refusalOf(holder.api.call(roleRoutes.listRoles, {}))).toBe('403 FORBIDDEN');
  expect((await api.call(roleRoutes.listRoles, {})).data).toHaveLength(builtInRoles.length);
});

test('names are unique in the organization, whatever their case, and a name that was left is free', async () => {
  const { api } = await signUp();
  const own = await aRole(api, ['contacts:read'], 'Night desk');
  const create = (name: string) => refusalOf(aRole(api, ['contacts:read'], name));

  expect(await create('NIGHT DESK')).toBe('409 DUPLICATE');
  expect(await create('Admin')).toBe('409 DUPLICATE');
  await api.call(roleRoutes.updateRole, { params: { roleId: own.id }, body: { name: 'Day desk' } });
  expect(await create('Night desk')).toBe('answered');
  await api.call(roleRoutes.deleteRole, { params: { roleId: own.id } });
  expect(await create('day desk')).toBe('answered');
});

test('twenty parallel creations of one name make one role', async () => {
  const { api } = await signUp();

  const answers = await Promise.all(Array.from({ length: 20 }, () => refusalOf(aRole(api, ['contacts:read']))));

  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1);
  expect(answers.filter((answer) => answer === '409 DUPLICATE')).toHaveLength(19);
});

test('built-in roles can be neither changed nor deleted', async () => {
  const { api } = await signUp();
  const { data } = await api.call(roleRoutes.listRoles, {});
  const params = { roleId: data[0]?.id ?? '' };

  expect(await refusalOf(api.call(roleRoutes.deleteRole, { params }))).toBe('409 CONFLICT');
  expect(await refusalOf(api.call(roleRoutes.updateRole, { params, body: { name: 'Chief' } }))).toBe('409 CONFLICT');
});

test('a change that was made on an older version is refused', async () => {
  const { api } = await signUp();
  const own = await aRole(api, ['contacts:read']);
  const rename = (name: string) =>
    refusalOf(api.call(roleRoutes.updateRole, { params: { roleId: own.id }, body: { name, version: 1 } }));

  expect([await rename('First'), await rename('Second')]).toEqual(['answered', '409 STALE_VERSION']);
});

test('a role of another organization is unknown', async () => {
  const own = await aRole((await signUp()).api, ['contacts:read']);
  const stranger = (await signUp()).api;

  for (const roleId of [own.id, systemIds.random()]) {
    expect(await refusalOf(stranger.call(roleRoutes.getRole, { params: { roleId } }))).toBe('404 NOT_FOUND');
    expect(await refusalOf(stranger.call(roleRoutes.deleteRole, { params: { roleId } }))).toBe('404 NOT_FOUND');
  }
});
