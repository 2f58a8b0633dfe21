import { describe, expect, inject, test } from 'vitest';
import { request } from '../../support/http-request.ts';

const { apiUrl } = inject('stack');
const { origin } = new URL(apiUrl);

describe('an address that differs from a canonical one', () => {
  test.each([
    ['by a slash at its end', `${apiUrl}/contacts/?page=2&limit=5`, '/v1/contacts?page=2&limit=5'],
    ['by several', `${apiUrl}/contact-lists//`, '/v1/contact-lists'],
    ['by the prefix of older clients', `${origin}/api/v1/contacts/123/`, '/v1/contacts/123'],
    ['by the prefix alone', `${origin}/api/v1`, '/v1/'],
  ])('%s is sent there with 308', async (_, address, location) => {
    const answer = await request('GET', address);

    expect([answer.status, answer.headers.get('location')]).toEqual([308, location]);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
  });

  test('keeps its method and its body on the way', async () => {
    const response = await fetch(`${origin}/api/v1/auth/login/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'nobody', password: 'four quiet lanterns' }),
    });

    expect(await response.json()).toMatchObject({ error: { code: 'INVALID_CREDENTIALS' } });
  });
});

describe('what no route matches', () => {
  test.each([
    ['a path that does not exist', 'GET', `${apiUrl}/nothing`],
    ['a method that a path does not have', 'DELETE', `${apiUrl}/contacts`],
    ['a path that would lead to another host', 'GET', `${apiUrl}//example.com/`],
    ['a path outside of the stage', 'GET', `${origin}/v2/contacts`],
  ])('%s is answered with the envelope', async (_, method, address) => {
    const answer = await request(method, address);

    expect([answer.status, answer.body]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.body).toMatchObject({ error: { requestId: answer.headers.get('x-request-id') } });
  });
});

test('the paths without the stage, which older clients know, answer alike', async () => {
  const [canonical, older, alias] = await Promise.all(
    [`${apiUrl}/health`, `${origin}/health`, `${origin}/db-test`].map((address) => request('GET', address)),
  );

  expect([canonical, older, alias].map((answer) => [answer?.status, Object.keys(Object(answer?.body))])).toEqual(
    [canonical, older, alias].map(() => [200, ['status', 'version', 'timestamp', 'services']]),
  );
});
