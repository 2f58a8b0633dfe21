import { beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { Access } from '../shared/platform/http/route.ts';
import { systemIds } from '../shared/platform/id.ts';
import { aSuperuser } from './support/a-superuser.ts';
import { changeRole } from './support/change-role.ts';
import { acceptableBody, type DeclaredRoute, declaredRoutes, pathWith } from './support/declared-routes.ts';
import { type Answer, type RequestOptions, request } from './support/http-request.ts';
import { ownedThings } from './support/owned-things.ts';
import { signUp } from './support/sign-up.ts';

const Envelope = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
    timestamp: z.iso.datetime(),
    requestId: z.string().min(1),
  }),
});

const Refused = z.object({
  error: z.object({ details: z.object({ field: z.string(), issues: z.array(z.object({ field: z.string() })) }) }),
});

const guarded = declaredRoutes.filter(({ route }) => route.access !== 'public');
const isPermission = (access: Access) => !['public', 'signed-in', 'user', 'superuser'].includes(access);
const permitted = guarded.filter(({ route }) => isPermission(route.access));
const withBody = declaredRoutes.filter(({ route }) => route.body);
const withQuery = declaredRoutes.filter(({ route }) => route.query);
/** Routes of superusers are refused to everybody else, whatever the id: test/permissions.test.ts. */
const withId = declaredRoutes.filter(({ path, route }) => path.includes('{') && route.access !== 'superuser');

/** Calls a declared route; unless told otherwise with an id that nobody has. */
const call = async (declared: DeclaredRoute, { id, query = '', ...options }: Call = {}) => {
  const url = `${inject('stack').apiUrl}${pathWith(declared, id ?? systemIds.random())}${query}`;
  // What admins may not even ask for is asked by a superuser, unless somebody is named.
  const token = declared.route.access === 'superuser' && options.token === owner.token ? superuser : options.token;
  const answer = await request(declared.method, url, { ...options, ...(token === undefined ? {} : { token }) });
  expect(answer.headers.get('x-request-id'), declared.key).toBeTruthy();
  return answer;
};
type Call = RequestOptions & { id?: string; query?: string };

/** Status and code by route, and whether the envelope names the request that the header names. */
const refusals = async (those: readonly DeclaredRoute[], options: Call = {}) => {
  const answers = await Promise.all(
    those.map(async (declared) => [declared.key, await call(declared, options)] as const),
  );
  return Object.fromEntries(answers.map(([key, answer]) => [key, inShort(answer)]));
};

const inShort = ({ status, body, headers }: Answer) => {
  const { data } = Envelope.safeParse(body);
  const named = data?.error.requestId === headers.get('x-request-id');
  return `${status} ${data?.error.code ?? 'without an envelope'}${named ? '' : ', another request id'}`;
};

const allAre = (those: readonly DeclaredRoute[], short: string) =>
  Object.fromEntries(those.map(({ key }) => [key, short]));

let owner: Awaited<ReturnType<typeof signUp>> & { token: string };
let token: string;
let superuser: string;
beforeAll(async () => {
  const signedUp = await signUp();
  token = signedUp.session.access_token;
  owner = { ...signedUp, token };
  superuser = (await aSuperuser()).session.access_token;
});

describe('every route that is not public', () => {
  test('refuses a caller without credentials, or with some that prove nothing', async () => {
    const [header = '', claims = ''] = token.split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const forged = [undefined, 'token', `${header}.${claims}.${'A'.repeat(86)}`, `${none}.${claims}.`];
    for (const credentials of forged)
      expect(await refusals(guarded, credentials === undefined ? {} : { token: credentials })).toEqual(
        allAre(guarded, '401 UNAUTHENTICATED'),
      );
  });

  test('refuses a caller whose role lacks its permission, and says which', async () => {
    const { session } = await signUp();
    await changeRole(session.user, systemIds.random());

    const answers = await Promise.all(
      permitted.map(async (declared) => {
        // Refused before its body is looked at.
        const text = declared.route.body ? { text: 'not even JSON' } : {};
        const answer = await call(declared, { token: session.access_token, ...text });
        return [declared.key, inShort(answer), Envelope.safeParse(answer.body).data?.error.details];
      }),
    );

    expect(answers).toEqual(permitted.map(({ key, route }) => [key, '403 FORBIDDEN', { permission: route.access }]));
  });

  test('answers the caller’s own organization only, whatever the header asks for', async () => {
    const headers = { 'x-organization-id': systemIds.random() };

    expect(await refusals(guarded, { token, headers })).toEqual(allAre(guarded, '404 NOT_FOUND'));
  });
});

describe('every route that takes input', () => {
  test('refuses a body that is not JSON', async () => {
    expect(await refusals(withBody, { token, text: '{"name":' })).toEqual(allAre(withBody, '400 INVALID_JSON'));
  });

  test.each([
    ['a field that it doesn’t know', { notAField: 1 }],
    ['an array', []],
  ])('refuses %s in its body, and names the field', async (_, body) => {
    const answers = await Promise.all(
      withBody.map(async (declared) => {
        const answer = await call(declared, { token, text: JSON.stringify(body) });
        const { data } = Refused.safeParse(answer.body);
        const named = data?.error.details.issues.some(
          ({ field }) => field === (Array.isArray(body) ? '' : 'notAField'),
        );
        return [declared.key, inShort(answer), named];
      }),
    );

    expect(answers).toEqual(withBody.map(({ key }) => [key, '422 VALIDATION_ERROR', true]));
  });

  test('refuses a query parameter that it doesn’t know', async () => {
    expect(await refusals(withQuery, { token, query: '?notAField=1' })).toEqual(
      allAre(withQuery, '422 VALIDATION_ERROR'),
    );
  });
});

describe('every route with an id', () => {
  /** An answer without what differs from request to request. */
  const comparable = ({ status, body }: Answer) => {
    const { data } = Envelope.safeParse(body);
    return JSON.stringify({ status, ...(data ? data.error : { body }), timestamp: '', requestId: '' });
  };
  /** Where a file can be downloaded is signed anew for each answer. */
  const withoutFile = (body: unknown): unknown =>
    JSON.parse(JSON.stringify(body, (name, value: unknown) => (name === 'file' ? undefined : value)));
  const idOf = (things: Record<string, string>, { key, route }: DeclaredRoute) => {
    const id = things[route.path.slice(0, route.path.indexOf('{'))];
    if (id === undefined) throw new Error(`Nothing is made for ${key}: add it to owned-things.ts`);
    return id;
  };

  test('answers for another organization’s thing as for one that does not exist, and leaves it alone', async () => {
    const things = await ownedThings(owner.api);
    const reading = withId.filter(({ method }) => method === 'GET');
    const asOwner = async () =>
      Promise.all(
        reading.map(async (declared) =>
          withoutFile((await call(declared, { token, id: idOf(things, declared) })).body),
        ),
      );
    const before = await asOwner();
    const stranger = (await signUp()).session.access_token;

    const answers = await Promise.all(
      withId.map(async (declared) => {
        const text = acceptableBody(declared);
        const options = { token: stranger, ...(text === undefined ? {} : { text }) };
        const foreign = await call(declared, { ...options, id: idOf(things, declared) });
        const unknown = await call(declared, options);
        const impossible = await call(declared, { ...options, id: 'not-an-id' });
        return [declared.key, comparable(foreign) === comparable(unknown), inShort(foreign), inShort(impossible)];
      }),
    );

    expect(answers).toEqual(withId.map(({ key }) => [key, true, '404 NOT_FOUND', '404 NOT_FOUND']));
    expect(await asOwner()).toEqual(before);
    expect(before.filter((body) => Envelope.safeParse(body).success)).toEqual([]);
  });
});

test('every answer forbids sniffing and caching', async () => {
  const answers = await Promise.all(
    declaredRoutes
      .filter(({ path, route }) => path !== '/docs/reference.js' && route.cacheSeconds === undefined)
      .map(async (declared) => (await call(declared)).headers),
  );

  expect(new Set(answers.map((headers) => headers.get('x-content-type-options')))).toEqual(new Set(['nosniff']));
  expect(new Set(answers.map((headers) => headers.get('cache-control')))).toEqual(new Set(['no-store']));
  for (const headers of answers) {
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
  }
});
