import { TOTP } from 'otpauth';
import { expect, inject, test } from 'vitest';
import { type ApiClient, apiClient } from '../../../lib/api-client.ts';
import { authRoutes } from '../../../shared/auth/routes.ts';
import { authUserRoutes } from '../../../shared/auth-users/routes.ts';
import { organizationRoutes } from '../../../shared/organizations/routes.ts';
import { secondFactorRoutes } from '../../../shared/second-factors/routes.ts';
import { verificationCodeRoutes } from '../../../shared/verification-codes/routes.ts';
import { aMember, memberPassword } from '../../support/a-member.ts';
import { challengeOf } from '../../support/challenge-of.ts';
import { phoneAt } from '../../support/made-up-phones.ts';
import { mailedCode, mailTo, textedCode } from '../../support/mailbox.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';
import { connectProvider } from '../../support/simulated-provider.ts';

const client = apiClient(inject('stack').apiUrl);
const password = 'four quiet lanterns';
const login = (username: string, its = password) =>
  client.call(authRoutes.login, { body: { username, password: its } });
const confirm = (challenge: string, code: string) =>
  client.call(verificationCodeRoutes.confirmCode, { body: { challenge, code } });

const anyPhone = () => phoneAt(Math.floor(Math.random() * 2_000_000));

/** Sets a second step up, by a code that comes the same way. */
const secondStep = async (
  api: ApiClient,
  body: { method: 'email' | 'sms' | 'whatsapp'; phone_number?: string },
  code: () => Promise<string>,
) => {
  const { data } = await api.call(secondFactorRoutes.startSecondStep, {
    body: { ...body, current_password: password },
  });
  const confirmation = { challenge: data.challenge, code: await code() };
  return (await api.call(secondFactorRoutes.confirmSecondStep, { body: confirmation })).data;
};

/** Somebody whose authenticator app is the second step. */
const withApp = async () => {
  const owner = await signUp();
  const body = { current_password: password };
  const { data } = await owner.api.call(secondFactorRoutes.startTotp, { body });
  const at = (seconds: number) =>
    new TOTP({ secret: data.secret }).generate({ timestamp: Date.now() + seconds * 1000 });
  const confirmed = await owner.api.call(secondFactorRoutes.confirmTotp, { body: { code: at(-30) } });
  return { ...owner, ...data, at, recoveryCodes: confirmed.data.recovery_codes };
};

test('a sign-in asks for the code that was mailed, and opens a session for it, once', async () => {
  const { api, session } = await signUp();
  const { username, email } = session.user;
  const user = await secondStep(api, { method: 'email' }, () => mailedCode(email ?? ''));

  const { challenge, method, destination } = await challengeOf(login(username));
  const code = await mailedCode(email ?? '', 2);
  const answers = await Promise.all(Array.from({ length: 5 }, () => refusalOf(confirm(challenge, code))));

  expect(user.verification_method).toBe('email');
  expect([method, destination]).toEqual(['email', 'u•••@example.com']);
  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1);
  expect(answers.filter((answer) => answer === '401 INVALID_CODE')).toHaveLength(4);
});

test.each(['sms', 'whatsapp'] as const)('codes come by %s through the organization’s own provider', async (method) => {
  const owner = await signUp();
  await connectProvider(owner.api);
  const [phone, other] = [anyPhone(), anyPhone()];

  const user = await secondStep(owner.api, { method, phone_number: phone }, () => textedCode(phone));
  const { challenge, destination } = await challengeOf(login(owner.session.user.username));
  const signedIn = await confirm(challenge, await textedCode(phone, 2));

  expect(user).toMatchObject({ verification_method: method, phone_number: phone });
  expect(destination).toBe(`•••${phone.slice(-4)}`);
  expect(signedIn.user.id).toBe(user.id);
  const move = owner.api.call(authRoutes.updateMe, { body: { phone_number: other } });
  expect(await refusalOf(move)).toBe('409 CONFLICT');
});

test('the codes of an authenticator app sign in, each once', async () => {
  const { session, at, otpauth_url, api } = await withApp();

  const first = await challengeOf(login(session.user.username));
  const code = at(0);
  const signedIn = await confirm(first.challenge, code);
  const second = await challengeOf(login(session.user.username));

  expect(first.method).toBe('totp');
  expect(signedIn.user.verification_method).toBe('totp');
  expect(otpauth_url).toMatch(/^otpauth:\/\/totp\/Heliograph/);
  expect(await refusalOf(confirm(second.challenge, code))).toBe('401 INVALID_CODE');
  expect(await refusalOf(confirm(second.challenge, at(30)))).toBe('answered');
  expect(await refusalOf(api.call(secondFactorRoutes.startTotp, { body: { current_password: password } }))).toBe(
    '409 CONFLICT',
  );
});

test('a recovery code signs in once in the place of the app, and its owner is told', async () => {
  const { session, recoveryCodes, api } = await withApp();
  const [code = ''] = recoveryCodes;
  const use = async () => refusalOf(confirm((await challengeOf(login(session.user.username))).challenge, code));

  expect(new Set(recoveryCodes).size).toBe(10);
  expect([await use(), await use()]).toEqual(['answered', '401 INVALID_CODE']);
  await mailTo(session.user.email ?? '', /recovery code was used/);
  const { data } = await api.call(secondFactorRoutes.renewRecoveryCodes, { body: { current_password: password } });
  const { challenge } = await challengeOf(login(session.user.username));
  expect(await refusalOf(confirm(challenge, recoveryCodes[1] ?? ''))).toBe('401 INVALID_CODE');
  expect(await refusalOf(confirm(challenge, data.recovery_codes[0]?.toUpperCase() ?? ''))).toBe('answered');
});

test('five wrong codes end a challenge, the right one comes too late then', async () => {
  const { api, session } = await signUp();
  const { username, email } = session.user;
  await secondStep(api, { method: 'email' }, () => mailedCode(email ?? ''));
  const { challenge } = await challengeOf(login(username));
  const code = await mailedCode(email ?? '', 2);
  const wrong = code === '000000' ? '000001' : '000000';

  const guesses = await Promise.all(Array.from({ length: 5 }, () => refusalOf(confirm(challenge, wrong))));

  expect(new Set(guesses)).toEqual(new Set(['401 INVALID_CODE']));
  expect(await refusalOf(confirm(challenge, code))).toBe('401 INVALID_CODE');
});

test('another code is sent no sooner than half a minute later', async () => {
  const { api, session } = await signUp();
  await secondStep(api, { method: 'email' }, () => mailedCode(session.user.email ?? ''));
  const { challenge } = await challengeOf(login(session.user.username));

  const again = client.call(verificationCodeRoutes.sendCode, { body: { challenge } });

  expect(await refusalOf(again)).toBe('429 TOO_MANY_ATTEMPTS');
});

test('an organization can ask everybody for a code by e-mail', async () => {
  const { api } = await signUp();
  const member = await aMember(api);
  await api.call(organizationRoutes.updateOrganization, { body: { settings: { secondStepRequired: true } } });

  const { challenge, method } = await challengeOf(login(member.user.username, memberPassword));

  expect(method).toBe('email');
  expect(await refusalOf(confirm(challenge, await mailedCode(member.user.email ?? '')))).toBe('answered');
});

test('a second step ends with the password, or by an administrator for whoever lost it', async () => {
  const { session, api } = await withApp();
  const disable = (current_password: string) =>
    refusalOf(api.call(secondFactorRoutes.disableSecondStep, { body: { current_password } }));
  expect([await disable('not the password'), await disable(password)]).toEqual(['422 VALIDATION_ERROR', 'answered']);
  expect(await refusalOf(login(session.user.username))).toBe('answered');

  const member = await aMember(api);
  const { data } = await member.api.call(secondFactorRoutes.startTotp, { body: { current_password: memberPassword } });
  const code = new TOTP({ secret: data.secret }).generate();
  await member.api.call(secondFactorRoutes.confirmTotp, { body: { code } });
  await challengeOf(login(member.user.username, memberPassword));
  const params = { authUserId: member.user.id };
  const reset = await api.call(authUserRoutes.resetSecondStep, { params });

  expect(reset.data.verification_method).toBeNull();
  expect(await refusalOf(member.api.call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
  expect(await refusalOf(login(member.user.username, memberPassword))).toBe('answered');
});

test('what sets a second step up needs the password', async () => {
  const { api } = await signUp();
  const body = { current_password: 'not the password' };

  expect(await refusalOf(api.call(secondFactorRoutes.startTotp, { body }))).toBe('422 VALIDATION_ERROR');
  expect(await refusalOf(api.call(secondFactorRoutes.startSecondStep, { body: { ...body, method: 'email' } }))).toBe(
    '422 VALIDATION_ERROR',
  );
  expect(
    await refusalOf(api.call(secondFactorRoutes.renewRecoveryCodes, { body: { current_password: password } })),
  ).toBe('409 CONFLICT');
});
