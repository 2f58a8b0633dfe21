import { expect, inject, test } from 'vitest';
import { type ApiClient, apiClient } from '../../../lib/api-client.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { authUserRoutes } from '../../../shared/auth-users/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { organizationRoutes } from '../../../shared/organizations/routes.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { roleRoutes } from '../../../shared/roles/routes.ts';
import { aMember, aNewUser, memberPassword } from '../../support/a-member.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

const client = apiClient(inject('stack').apiUrl);
const create = (api: ApiClient, over: Parameters<typeof aNewUser>[0] = {}) =>
  api.call(authUserRoutes.createAuthUser, { body: aNewUser(over) });
const namesOf = async (api: ApiClient, query: { role?: string; is_active?: 'true' | 'false' } = {}) =>
  (await api.call(authUserRoutes.listAuthUsers, { query })).data.map(({ username }) => username).toSorted();
const params = ({ id }: { id: string }) => ({ authUserId: id });

test('a user is made with what is known of it, listed under every address, and signs in', async () => {
  const { api, send, session } = await signUp();
  const over = { full_name: 'Sam Okoro', bio: 'Night desk', phone_number: '+12025550143', roles: ['agent', 'viewer'] };

  const member = await aMember(api, over);

  expect(member.user).toMatchObject({
    full_name: 'Sam Okoro',
    bio: 'Night desk',
    phone_number: '+12025550143',
    role: 'agent',
    roles: ['agent', 'viewer'],
    is_active: true,
    is_superuser: false,
    created_by: session.user.id,
    organization_id: session.user.organization_id,
  });
  for (const path of ['/auth/users', '/auth_users', '/users']) {
    const { body } = await send('GET', path);
    expect(body).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ id: member.user.id })]) });
    const one = await send('GET', `${path}/${member.user.id}`);
    expect(one.body).toEqual({ data: member.user });
  }
});

test('users are filtered by role and by whether they may sign in', async () => {
  const { api, session } = await signUp();
  const { data: agent } = await create(api);
  const { data: viewer } = await create(api, { role: 'viewer', is_active: false });

  expect(await namesOf(api, { role: 'agent' })).toEqual([agent.username]);
  expect(await namesOf(api, { is_active: 'false' })).toEqual([viewer.username]);
  expect(await namesOf(api)).toEqual([agent.username, viewer.username, session.user.username].toSorted());
});

test('names are unique in the whole installation, and free again once their user is gone', async () => {
  const [first, second] = [await signUp(), await signUp()];
  const body = aNewUser();
  const { data: user } = await first.api.call(authUserRoutes.createAuthUser, { body });
  const again = (over: object) =>
    refusalOf(second.api.call(authUserRoutes.createAuthUser, { body: { ...aNewUser(), ...over } }));

  expect(await again({ username: body.username.toUpperCase() })).toBe('409 DUPLICATE');
  expect(await again({ email: body.email.toUpperCase() })).toBe('409 DUPLICATE');
  await first.api.call(authUserRoutes.deleteAuthUser, { params: params(user) });
  expect(await again({ username: body.username, email: body.email })).toBe('answered');
});

test('fifty parallel creations of one username make one user', async () => {
  const { api } = await signUp();
  const { username } = aNewUser();

  const answers = await Promise.all(Array.from({ length: 50 }, () => refusalOf(create(api, { username }))));

  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1);
  expect(answers.filter((answer) => answer === '409 DUPLICATE')).toHaveLength(49);
});

test('a user is changed, its former names are free, and null clears', async () => {
  const { api } = await signUp();
  const { data: user } = await create(api, { full_name: 'Sam Okoro' });
  const { username, email } = aNewUser();

  const body = { username, email, full_name: null, bio: 'Moved' };
  const { data } = await api.call(authUserRoutes.updateAuthUser, { params: params(user), body });

  expect(data).toMatchObject({ username, email, full_name: null, bio: 'Moved' });
  const signIn = (name: string) =>
    refusalOf(client.call(authRoutes.login, { body: { username: name, password: memberPassword } }));
  expect([await signIn(user.username), await signIn(username)]).toEqual(['401 INVALID_CREDENTIALS', 'answered']);
  expect(await refusalOf(create(api, { username: user.username, email: user.email ?? '' }))).toBe('answered');
  const taken = api.call(authUserRoutes.updateAuthUser, { params: params(user), body: { username: user.username } });
  expect(await refusalOf(taken)).toBe('409 DUPLICATE');
});

test('disabling ends the user’s sessions at once, enabling lets it sign in again', async () => {
  const { api } = await signUp();
  const member = await aMember(api);
  const signIn = () =>
    refusalOf(client.call(authRoutes.login, { body: { username: member.user.username, password: memberPassword } }));

  await api.call(authUserRoutes.disableAuthUser, { params: params(member.user) });
  const disabled = [await refusalOf(member.api.call(authRoutes.getMe, {})), await signIn()];
  await api.call(authUserRoutes.enableAuthUser, { params: params(member.user) });

  expect(disabled).toEqual(['401 UNAUTHENTICATED', '401 INVALID_CREDENTIALS']);
  expect([await refusalOf(member.api.call(authRoutes.getMe, {})), await signIn()]).toEqual([
    '401 UNAUTHENTICATED',
    'answered',
  ]);
});

test('a deleted user’s tokens stop working at once', async () => {
  const { api } = await signUp();
  const member = await aMember(api);

  await api.call(authUserRoutes.deleteAuthUser, { params: params(member.user) });

  expect(await refusalOf(member.api.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  const { refresh_token } = member.session;
  expect(await refusalOf(client.call(authRoutes.refresh, { body: { refresh_token } }))).toBe('401 INVALID_CREDENTIALS');
  expect(await refusalOf(api.call(authUserRoutes.getAuthUser, { params: params(member.user) }))).toBe('404 NOT_FOUND');
});

test('several roles can be assigned, built-in ones by name, and they count from the next request on', async () => {
  const { api } = await signUp();
  const member = await aMember(api, { role: 'viewer' });
  const { data: own } = await api.call(roleRoutes.createRole, {
    body: { name: 'Writer', permissions: ['contacts:write'] },
  });
  const write = () => refusalOf(member.api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0182' } }));
  const before = await write();

  const body = { roles: ['viewer', own.id] };
  const { data } = await api.call(authUserRoutes.assignRoles, { params: params(member.user), body });

  expect(data.map(({ name }) => name)).toEqual(['viewer', 'Writer']);
  expect((await api.call(authUserRoutes.getRolesOfAuthUser, { params: params(member.user) })).data).toEqual(data);
  expect([before, await write()]).toEqual(['403 FORBIDDEN', 'answered']);
  const unknown = { roles: [systemIds.random()] };
  expect(await refusalOf(api.call(authUserRoutes.assignRoles, { params: params(member.user), body: unknown }))).toBe(
    '422 VALIDATION_ERROR',
  );
});

test('nobody grants what they don’t hold, and a manager makes no managers', async () => {
  const { api } = await signUp();
  const manager = await aMember(api, { role: 'manager' });
  const { data: own } = await api.call(roleRoutes.createRole, {
    body: { name: 'Auditor', permissions: ['audit:read'] },
  });
  const { data: agent } = await create(manager.api);
  const assign = (role: string) =>
    refusalOf(manager.api.call(authUserRoutes.assignRoles, { params: params(agent), body: { roles: [role] } }));

  expect(await Promise.all(['admin', 'manager', own.id, 'viewer'].map(assign))).toEqual([
    '403 FORBIDDEN',
    '403 FORBIDDEN',
    '403 FORBIDDEN',
    'answered',
  ]);
  expect(await refusalOf(create(manager.api, { role: 'manager' }))).toBe('403 FORBIDDEN');
});

test('whom a manager doesn’t manage is unknown to them', async () => {
  const { api, session } = await signUp();
  const manager = await aMember(api, { role: 'manager' });
  const { data: other } = await create(api, { role: 'manager' });
  const { data: agent } = await create(api);

  expect(await namesOf(manager.api)).toEqual([agent.username]);
  for (const { id } of [session.user, other, manager.user]) {
    const those = { params: { authUserId: id } };
    expect(await refusalOf(manager.api.call(authUserRoutes.getAuthUser, those))).toBe('404 NOT_FOUND');
    expect(
      await refusalOf(manager.api.call(authUserRoutes.assignRoles, { ...those, body: { roles: ['viewer'] } })),
    ).toBe('404 NOT_FOUND');
  }
});

test('the last admin can be neither removed nor demoted, and two who demote each other leave one', async () => {
  const { api, session } = await signUp();
  const demote = (by: ApiClient, user: { id: string }) =>
    refusalOf(by.call(authUserRoutes.assignRoles, { params: params(user), body: { roles: ['viewer'] } }));
  expect(await demote(api, session.user)).toBe('409 LAST_ADMIN');
  const second = await aMember(api, { role: 'admin' });

  const answers = await Promise.all([demote(api, second.user), demote(second.api, session.user)]);

  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1);
  const admins = await Promise.all(
    [api, second.api].map((each) => refusalOf(each.call(authUserRoutes.listAuthUsers, { query: { role: 'admin' } }))),
  );
  expect(admins.filter((answer) => answer === 'answered')).toHaveLength(1);
});

test('nobody disables or deletes themselves here', async () => {
  const { api, session } = await signUp();
  await create(api, { role: 'admin' });

  for (const route of [authUserRoutes.disableAuthUser, authUserRoutes.deleteAuthUser])
    expect(await refusalOf(api.call(route, { params: params(session.user) }))).toBe('409 CONFLICT');
});

test('somebody leaves an organization, but not its last admin', async () => {
  const { api } = await signUp();
  const member = await aMember(api);

  await member.api.call(authUserRoutes.leaveOrganization, {});

  expect(await refusalOf(member.api.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  expect(await refusalOf(create(api, { username: member.user.username }))).toBe('answered');
  expect(await refusalOf(api.call(authUserRoutes.leaveOrganization, {}))).toBe('409 LAST_ADMIN');
});

test('superusers are made of members of the installation’s own organization only, by superusers only', async () => {
  const { api } = await signUp();
  const { data: user } = await create(api);

  const promote = api.call(authUserRoutes.setSuperuser, { params: params(user), body: { is_superuser: true } });

  expect(await refusalOf(promote)).toBe('403 FORBIDDEN');
});

test('a customer is a contact that signs in, made with it, looked after by the manager who made it', async () => {
  const { api } = await signUp();
  const manager = await aMember(api, { role: 'manager' });
  const over = { role: 'customer', full_name: 'Grace Lee Hopper', phone_number: '+12025550191' };

  const customer = await aMember(manager.api, over);

  const contactId = customer.user.contact_id ?? '';
  const { data: contact } = await api.call(contactRoutes.getContact, { params: { contactId } });
  expect(contact).toMatchObject({
    firstName: 'Grace Lee',
    lastName: 'Hopper',
    phone: '+12025550191',
    email: customer.user.email,
    createdBy: manager.user.id,
    assignedManagerId: manager.user.id,
    authUserId: customer.user.id,
  });
  const { data } = await manager.api.call(authUserRoutes.listManagedCustomers, {});
  expect(data).toEqual([customer.user]);
});

test('a customer reads and edits itself, its own data only, and nobody else', async () => {
  const { api } = await signUp();
  const customer = await aMember(api, { role: 'customer', phone_number: '+12025550192' });
  const { data: other } = await api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0193' } });
  const contactId = customer.user.contact_id ?? '';
  await api.call(contactRoutes.updateContact, { params: { contactId }, body: { notes: 'Pays late', tags: ['risk'] } });

  const { data: own } = await customer.api.call(contactRoutes.getContact, { params: { contactId } });
  const changed = await customer.api.call(contactRoutes.updateContact, {
    params: { contactId },
    body: { city: 'Oslo' },
  });

  expect([own.notes, own.tags, changed.data.city]).toEqual([null, [], 'Oslo']);
  for (const body of [{ notes: 'Pays early' }, { tags: [] }, { listIds: [] }, { status: 'inactive' as const }])
    expect(await refusalOf(customer.api.call(contactRoutes.updateContact, { params: { contactId }, body }))).toBe(
      '403 FORBIDDEN',
    );
  for (const id of [other.id, systemIds.random()]) {
    const elsewhere = { params: { contactId: id } };
    expect(await refusalOf(customer.api.call(contactRoutes.getContact, elsewhere))).toBe('404 NOT_FOUND');
    expect(
      await refusalOf(customer.api.call(contactRoutes.updateContact, { ...elsewhere, body: { city: 'Rome' } })),
    ).toBe('404 NOT_FOUND');
  }
  expect(await refusalOf(customer.api.call(contactRoutes.listContacts, {}))).toBe('403 FORBIDDEN');
  expect((await api.call(contactRoutes.getContact, { params: { contactId } })).data.notes).toBe('Pays late');
});

test('a contact that is there can be given a sign-in, once; it stays when the sign-in goes', async () => {
  const { api } = await signUp();
  const { data: contact } = await api.call(contactRoutes.createContact, { body: { phone: '(202) 555-0194' } });
  const give = () => create(api, { role: 'customer', contact_id: contact.id });
  const { data: user } = await give();

  expect(user.contact_id).toBe(contact.id);
  expect(await refusalOf(give())).toBe('409 CONFLICT');
  const those = { params: { contactId: contact.id } };
  expect(await refusalOf(api.call(contactRoutes.deleteContact, those))).toBe('409 CONFLICT');
  await api.call(authUserRoutes.deleteAuthUser, { params: params(user) });
  expect((await api.call(contactRoutes.getContact, those)).data.authUserId).toBeNull();
  expect(await refusalOf(give())).toBe('answered');
});

test('a manager sees the customers they look after, or all where the organization says so', async () => {
  const { api } = await signUp();
  const manager = await aMember(api, { role: 'manager' });
  const { data: theirs } = await create(api, { role: 'customer', assigned_manager_id: manager.user.id });
  const { data: another } = await create(api, { role: 'customer' });

  expect(await namesOf(manager.api)).toEqual([theirs.username]);
  expect(await refusalOf(manager.api.call(authUserRoutes.getAuthUser, { params: params(another) }))).toBe(
    '404 NOT_FOUND',
  );
  await api.call(authUserRoutes.updateAuthUser, {
    params: params(another),
    body: { assigned_manager_id: manager.user.id },
  });
  expect(await namesOf(manager.api)).toEqual([theirs.username, another.username].toSorted());
  await api.call(authUserRoutes.updateAuthUser, { params: params(another), body: { assigned_manager_id: null } });
  await api.call(organizationRoutes.updateOrganization, { body: { settings: { managersSeeAllCustomers: true } } });
  expect(await namesOf(manager.api)).toEqual([theirs.username, another.username].toSorted());
});

test.each([
  ['a role that nobody has', { role: 'emperor' }, '422 VALIDATION_ERROR'],
  ['a common password', { password: 'password1' }, '422 VALIDATION_ERROR'],
  ['a customer with another role', { roles: ['customer', 'agent'] }, '422 VALIDATION_ERROR'],
  ['a manager of somebody who is no customer', { assigned_manager_id: systemIds.random() }, '422 VALIDATION_ERROR'],
  [
    'a manager who doesn’t exist',
    { role: 'customer', assigned_manager_id: systemIds.random() },
    '422 VALIDATION_ERROR',
  ],
  ['a contact that doesn’t exist', { role: 'customer', contact_id: systemIds.random() }, '404 NOT_FOUND'],
])('a creation is refused: %s', async (_name, over, refusal) => {
  const { api } = await signUp();

  expect(await refusalOf(create(api, over))).toBe(refusal);
});
