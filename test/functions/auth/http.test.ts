import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { apiClient } from '../../../lib/api-client.ts';
import { AuthResponse, authRoutes } from '../../../shared/auth/routes.ts';
import { permissions } from '../../../shared/permissions.ts';
import { changeRole } from '../../support/change-role.ts';
import { request } from '../../support/http-request.ts';
import { aRegistration } from '../../support/identity.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

const { apiUrl } = inject('stack');
const api = apiClient(apiUrl);
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  request('POST', apiUrl + path, { text: JSON.stringify(body), headers });

test('register, login and refresh answer tokens and the user in the names of the sign-in API', async () => {
  const body = aRegistration();

  const registered = await post('/auth/signup', body);
  const signedIn = await post('/auth/signin', { username: body.username, password: body.password });
  const refreshed = await post('/auth/refresh', { refresh_token: AuthResponse.parse(signedIn.body).refresh_token });

  expect([registered, signedIn, refreshed].map(({ status }) => status)).toEqual([201, 200, 200]);
  for (const { body: answer } of [registered, signedIn, refreshed])
    expect(AuthResponse.strict().parse(answer)).toMatchObject({
      token_type: 'bearer',
      user: { username: body.username, bio: null, phone_number: null, is_active: true, role: 'admin', permissions },
    });
});

test('passwords of 8 to 128 characters are taken, of any kind and as they are', async () => {
  const register = async (password: string) => {
    const body = aRegistration({ password });
    return { body, status: (await post('/auth/register', body)).status };
  };
  const signIn = async (username: string, password: string) =>
    (await post('/auth/login', { username, password })).status;

  const refused = await Promise.all(['7 chars', 'x'.repeat(129)].map(register));
  const long = ` Ünter den ${'ä'.repeat(116)} `;
  const taken = await Promise.all(['83927465', long].map(register));

  expect(refused.map(({ status }) => status)).toEqual([422, 422]);
  expect(taken.map(({ status }) => status)).toEqual([201, 201]);
  const { username } = taken[1]?.body ?? aRegistration();
  const spellings = [long, long.trim(), long.toLowerCase(), long.slice(0, -2)];
  const answers = [];
  for (const spelling of spellings) answers.push(await signIn(username, spelling));
  expect(answers).toEqual([200, 401, 401, 401]);
});

test('who is signed in is answered under both addresses', async () => {
  const { session, send } = await signUp();

  const answers = await Promise.all([send('GET', '/auth/me'), send('GET', '/users/me')]);

  for (const { status, body } of answers)
    expect({ status, body }).toEqual({ status: 200, body: { data: session.user } });
});

test('anybody can verify an access token by the published keys, which the issuer’s address leads to', async () => {
  const { session } = await signUp();
  const { iss } = decodeJwt(session.access_token);
  const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

  const answer = await request('GET', `${iss}/.well-known/openid-configuration`);

  const { issuer, jwks_uri } = Discovery.parse(answer.body);
  const { payload } = await jwtVerify(session.access_token, createRemoteJWKSet(new URL(jwks_uri)), { issuer });
  expect(payload.sub).toBe(session.user.id);
  expect(issuer).toBe(iss);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
});

test('anybody can verify an access token by the published keys', async () => {
  const { session } = await signUp();

  const keys = createRemoteJWKSet(new URL(`${apiUrl}/.well-known/jwks.json`));
  const { payload, protectedHeader } = await jwtVerify(session.access_token, keys, {
    audience: 'heliograph-api',
    typ: 'at+jwt',
    algorithms: ['ES256'],
  });

  expect(protectedHeader.kid).toEqual(expect.any(String));
  expect(payload).toMatchObject({
    sub: session.user.id,
    org: session.user.organization_id,
    role: 'admin',
    token_use: 'access',
  });
});

test('parallel registrations of one username make one user', async () => {
  const { username } = aRegistration();

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => post('/auth/register', aRegistration({ username }))),
  );

  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([201, ...Array.from({ length: 49 }, () => 409)]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
    error: { code: 'DUPLICATE', details: { field: 'username' } },
  });
});

test('a registration repeated under its Idempotency-Key signs in to the same organization', async () => {
  const body = aRegistration();
  const headers = { 'idempotency-key': 'first-run' };
  const first = await post('/auth/register', body, headers);

  const again = await post('/auth/register', body, headers);

  expect(again.status).toBe(201);
  expect(AuthResponse.parse(again.body).user).toEqual(AuthResponse.parse(first.body).user);
  expect((await post('/auth/register', body)).status).toBe(409);
});

test('a refresh token that is used twice ends the session', async () => {
  const { session } = await signUp();
  const { refresh_token } = session;
  const next = await api.call(authRoutes.refresh, { body: { refresh_token } });

  const reused = await refusalOf(api.call(authRoutes.refresh, { body: { refresh_token } }));

  expect(reused).toBe('401 INVALID_CREDENTIALS');
  expect(await refusalOf(api.signedIn(next.access_token).call(authRoutes.getMe, {}))).toBe('401 UNAUTHENTICATED');
});

test('wrong and unknown credentials get the same answer', async () => {
  const { session } = await signUp();
  const signIn = (username: string) => post('/auth/login', { username, password: 'not the password' });

  const [wrong, unknown] = await Promise.all([signIn(session.user.username), signIn('nobody-of-that-name')]);

  const stripped = ({ status, text }: { status: number; text: string }) => [
    status,
    text.replaceAll(/"(timestamp|requestId)":"[^"]+"/g, ''),
  ];
  expect(stripped(wrong)).toEqual(stripped(unknown));
  expect(wrong.body).toMatchObject({ error: { code: 'INVALID_CREDENTIALS' } });
});

test('whoever guesses is slowed down, whether or not there is such an account, and its owner gets in soon', async () => {
  const { session } = await signUp();
  const names = [session.user.username, `nobody-${session.user.username.slice(0, 12)}`];
  const guess = async (username: string) => {
    const { status, headers } = await post('/auth/login', { username, password: 'not the password' });
    return status === 429 ? `429, ${headers.get('retry-after')} s` : String(status);
  };

  const [known = [], unknown] = await Promise.all(
    names.map(async (name) => {
      const answers = [];
      for (let count = 0; count < 7; count += 1) answers.push(await guess(name));
      return answers;
    }),
  );

  expect(known.slice(0, 6)).toEqual(['401', '401', '401', '401', '401', '401']);
  expect(known[6]).toMatch(/^(429, 1 s|401)$/);
  expect(unknown?.slice(0, 6)).toEqual(known.slice(0, 6));
});

test.each([
  ['a short password', { password: 'short' }, 'password'],
  ['a common password', { password: 'Password123' }, 'password'],
  ['a username with @', { username: 'dana@example.com' }, 'username'],
  ['an address that is none', { email: 'dana' }, 'email'],
  ['a phone without country', { phone_number: '2025550143' }, 'phone_number'],
  ['an unknown field', { is_superuser: true }, 'is_superuser'],
])('a registration is refused with its field: %s', async (_name, over, field) => {
  const answer = await post('/auth/register', { ...aRegistration(), ...over });

  expect(answer).toMatchObject({ status: 422, body: { error: { code: 'VALIDATION_ERROR', details: { field } } } });
});

test('a changed role counts from the next call, with the token that is there', async () => {
  const { send, session } = await signUp();
  await changeRole(session.user, 'viewer');

  const [own, renaming] = await Promise.all([
    send('GET', '/organizations/current'),
    send('PUT', '/organizations/current', { name: 'Taken over' }),
  ]);

  expect([own.status, renaming.status]).toEqual([200, 403]);
});
