import { expect, test } from 'vitest';
import { register } from '../../../shared/auth/register.ts';
import { signIn } from '../../../shared/auth/sign-in.ts';
import { showOrganization } from '../../../shared/organizations/manage-organization.ts';
import { aRegistration, identityOn, somewhere } from '../../support/identity.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();
const { services, authenticate } = identityOn(table);
const registering = (body = aRegistration(), idempotencyKey?: string) =>
  register(services, { body, idempotencyKey, ...somewhere });
const outcomeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'fulfilled' ? 'registered' : `${result.reason.code} ${result.reason.details.field}`;

test('a registration makes an organization, its admin and a session that works', async () => {
  const body = aRegistration({ bio: 'Runs the desk', phone_number: '+12025550143' });

  const answer = await registering(body);

  const caller = await authenticate(answer.access_token);
  expect(answer.token_type).toBe('bearer');
  expect(answer.user).toMatchObject({
    username: body.username,
    email: body.email,
    full_name: 'Dana Reyes',
    bio: 'Runs the desk',
    phone_number: '+12025550143',
    is_active: true,
    is_superuser: false,
    organization_id: caller.organizationId,
    role: 'admin',
  });
  expect(caller).toMatchObject({ userId: answer.user.id, name: 'Dana Reyes', role: 'admin' });
  expect(caller.permissions.has('org:manage')).toBe(true);
});

test('50 parallel registrations of one username make one user', async () => {
  const { username } = aRegistration();

  const results = await Promise.allSettled(Array.from({ length: 50 }, () => registering(aRegistration({ username }))));

  const outcomes = results.map(outcomeOf);
  expect(outcomes.filter((outcome) => outcome === 'registered')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'DUPLICATE username')).toHaveLength(49);
});

test('names differ by more than case, and a refused registration leaves nothing behind', async () => {
  const first = aRegistration();
  await registering(first);
  const second = aRegistration();

  const [email, username] = await Promise.allSettled([
    registering({ ...second, email: first.email.toUpperCase() }),
    registering({ ...second, username: first.username.toUpperCase() }),
  ]);

  expect(email && outcomeOf(email)).toBe('DUPLICATE email');
  expect(username && outcomeOf(username)).toBe('DUPLICATE username');
  await expect(registering(second)).resolves.toMatchObject({ user: { username: second.username } });
});

test('organizations of one name get slugs of their own', async () => {
  const name = `Åse's Café ${aRegistration().username}`;

  const answers = await Promise.all(
    Array.from({ length: 5 }, () => registering(aRegistration({ organization_name: name }))),
  );

  const found = await Promise.all(answers.map(({ user }) => showOrganization(table, user.organization_id)));
  expect(new Set(found.map(({ slug }) => slug)).size).toBe(5);
  expect(found.every(({ slug }) => slug.startsWith('ase-s-cafe-dana-'))).toBe(true);
});

test('the same call under the same Idempotency-Key signs in to what the first made', async () => {
  const body = aRegistration();
  const first = await registering(body, 'key-1');

  const again = await registering(body, 'key-1');

  expect(again.user.organization_id).toBe(first.user.organization_id);
  expect(again.refresh_token).not.toBe(first.refresh_token);
  await expect(registering(body, 'key-2')).rejects.toMatchObject({ code: 'DUPLICATE' });
  await expect(registering({ ...body, password: 'another long one' }, 'key-1')).rejects.toMatchObject({
    code: 'DUPLICATE',
  });
});

test('common passwords and the own names are refused as passwords', async () => {
  const body = aRegistration();

  const passwords = ['Password1', body.username.toUpperCase(), body.email];

  for (const password of passwords)
    await expect(registering({ ...body, password })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { field: 'password' },
    });
});

test('one signs in by username or e-mail address, and by nothing that is almost right', async () => {
  const body = aRegistration();
  await registering(body);
  const signingIn = (name: object, password = body.password) => signIn(services, { ...name, password }, somewhere);

  const byName = await signingIn({ username: body.username.toUpperCase() });
  const byMail = await signingIn({ email: body.email });

  expect(byName.user.id).toBe(byMail.user.id);
  for (const attempt of [
    () => signingIn({ username: body.username }, `${body.password}x`),
    () => signingIn({ username: `${body.username}x` }),
    () => signingIn({ email: `x${body.email}` }),
  ])
    await expect(attempt()).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      message: 'The username or the password is wrong',
    });
});
