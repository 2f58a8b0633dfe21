import { expect, inject, test } from 'vitest';
import { apiClient } from '../../../lib/api-client.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { verificationCodeRoutes } from '../../../shared/verification-codes/routes.ts';
import { aNewUser } from '../../support/a-member.ts';
import { mailedCode, mailsTo, mailTo } from '../../support/mailbox.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

const client = apiClient(inject('stack').apiUrl);
const password = 'four quiet lanterns';
const next = 'nine patient harbors';
const login = (username: string, its: string) =>
  refusalOf(client.call(authRoutes.login, { body: { username, password: its } }));
const forgot = async (name: { username: string } | { email: string }) =>
  (await client.call(verificationCodeRoutes.sendCode, { body: { purpose: 'password_reset', ...name } })).data;
const reset = (challenge: string, code: string, new_password = next) =>
  refusalOf(client.call(authRoutes.resetPassword, { body: { challenge, code, new_password } }));

test('a forgotten password is replaced by the mailed code, once, and all sessions end', async () => {
  const { api, session } = await signUp();
  const { username, email } = session.user;
  const { challenge } = await forgot({ username });
  const code = await mailedCode(email ?? '');

  expect(await reset(challenge, code, 'password1')).toBe('422 VALIDATION_ERROR');
  const answers = await Promise.all(Array.from({ length: 4 }, () => reset(challenge, code)));

  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1);
  expect(await refusalOf(api.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  expect([await login(username, password), await login(username, next)]).toEqual([
    '401 INVALID_CREDENTIALS',
    'answered',
  ]);
  await mailTo(email ?? '', /password was changed/);
});

test('whether there is an account shows nowhere when a password was forgotten', async () => {
  const { session } = await signUp();
  const { email } = aNewUser();

  const [known, unknown] = [await forgot({ email: session.user.email ?? '' }), await forgot({ email })];

  const shape = ({ challenge, ...view }: typeof known) => [challenge.length, Object.keys(view), view.destination];
  expect(shape(known)).toEqual(shape(unknown));
  await mailedCode(session.user.email ?? '');
  expect(await mailsTo(email)).toEqual([]);
  expect(await reset(unknown.challenge, '123456')).toBe('401 INVALID_CODE');
});

test('a code proves what it was sent for and nothing else', async () => {
  const { session } = await signUp();
  const { challenge } = await forgot({ username: session.user.username });
  const code = await mailedCode(session.user.email ?? '');

  const signIn = client.call(verificationCodeRoutes.confirmCode, { body: { challenge, code } });

  expect(await refusalOf(signIn)).toBe('401 INVALID_CODE');
  expect(await reset(`${challenge.slice(0, -1)}${challenge.endsWith('A') ? 'B' : 'A'}`, code)).toBe('401 INVALID_CODE');
  expect(await reset('made-up', code)).toBe('401 INVALID_CODE');
  expect(await reset(challenge, code)).toBe('answered');
});

test('codes for a forgotten password are throttled by name, whoever it is', async () => {
  const { username } = aNewUser();
  const answers = [];

  for (let count = 0; count < 6; count += 1) answers.push(await refusalOf(forgot({ username })));

  expect(answers.slice(0, 4)).toEqual(['answered', 'answered', 'answered', 'answered']);
  expect(answers).toContain('429 TOO_MANY_ATTEMPTS');
});

test('a changed password ends the other sessions, and its owner is told', async () => {
  const { api, session } = await signUp();
  const { username, email } = session.user;
  const other = await client.call(authRoutes.login, { body: { username, password } });
  const change = (current_password: string, new_password = next) =>
    refusalOf(api.call(authRoutes.changePassword, { body: { current_password, new_password } }));

  expect([await change('wrong one'), await change(password, username), await change(password)]).toEqual([
    '422 VALIDATION_ERROR',
    '422 VALIDATION_ERROR',
    'answered',
  ]);

  expect(await refusalOf(api.call(authRoutes.getMe, {}))).toBe('answered');
  expect(await refusalOf(client.signedIn(other.access_token).call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  const { refresh_token } = other;
  expect(await refusalOf(client.call(authRoutes.refresh, { body: { refresh_token } }))).toBe('401 INVALID_CREDENTIALS');
  expect([await login(username, password), await login(username, next)]).toEqual([
    '401 INVALID_CREDENTIALS',
    'answered',
  ]);
  await mailTo(email ?? '', /password was changed/);
});

test('an e-mail address changes once its owner confirms it, and the former one is told', async () => {
  const { api, session } = await signUp();
  const { email } = aNewUser();
  const former = session.user.email ?? '';
  const { data } = await api.call(authRoutes.startEmailChange, { body: { email, current_password: password } });
  const body = { challenge: data.challenge, code: await mailedCode(email) };

  const { data: user } = await api.call(authRoutes.confirmEmailChange, { body });

  expect(user.email).toBe(email);
  expect([await login(former, password), await login(email, password)]).toEqual([
    '401 INVALID_CREDENTIALS',
    'answered',
  ]);
  await mailTo(former, /e-mail address was changed/);
  expect(await refusalOf(api.call(authRoutes.confirmEmailChange, { body }))).toBe('401 INVALID_CODE');
});

test('an address that somebody else has answers alike, and gets no code', async () => {
  const [first, second] = [await signUp(), await signUp()];
  const email = second.session.user.email ?? '';

  const body = { email, current_password: password };
  const { data } = await first.api.call(authRoutes.startEmailChange, { body });

  expect(data).toMatchObject({ method: 'email', destination: 'u•••@example.com' });
  const confirmation = { challenge: data.challenge, code: '123456' };
  expect(await refusalOf(first.api.call(authRoutes.confirmEmailChange, { body: confirmation }))).toBe(
    '401 INVALID_CODE',
  );
  expect(await mailsTo(email)).toEqual([]);
});

test('people change what they say of themselves, and keep to names that are free', async () => {
  const [first, second] = [await signUp(), await signUp()];
  const { username } = aNewUser();

  const body = { username, full_name: 'Dana R.', bio: 'Away', phone_number: '+12025550144' };
  const { data } = await first.api.call(authRoutes.updateMe, { body });

  expect(data).toMatchObject(body);
  expect((await first.api.call(authRoutes.updateMe, { body: { bio: null } })).data).toMatchObject({
    ...body,
    bio: null,
  });
  expect(await refusalOf(second.api.call(authRoutes.updateMe, { body: { username: username.toUpperCase() } }))).toBe(
    '409 DUPLICATE',
  );
  expect(await login(username, password)).toBe('answered');
});
