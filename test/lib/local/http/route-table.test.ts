import { expect, test } from 'vitest';
import { createRouteTable } from '../../../../lib/local/http/route-table.ts';

function tableOf(...routeKeys: string[]) {
  const table = createRouteTable();
  for (const routeKey of routeKeys) table.add({ routeKey, integrationId: 'function' });
  return (method: string, path: string) => table.match(method, path)?.route.routeKey;
}

test('the most specific route answers, in whichever order routes were added', () => {
  const match = tableOf('$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1');

  expect(match('GET', '/pets/dog/1')).toBe('GET /pets/dog/1');
  expect(match('GET', '/pets/dog/2')).toBe('GET /pets/dog/{id}');
  expect(match('GET', '/pets/cat/1')).toBe('GET /pets/{proxy+}');
  expect(match('POST', '/pets/dog/1')).toBe('ANY /{proxy+}');
  expect(match('GET', '/')).toBe('$default');
});

test('a static part goes before a parameter, and a method before ANY', () => {
  const match = tableOf('GET /contacts/{contactId}', 'GET /contacts/search', 'ANY /contacts/{contactId}');

  expect(match('GET', '/contacts/search')).toBe('GET /contacts/search');
  expect(match('GET', '/contacts/1')).toBe('GET /contacts/{contactId}');
  expect(match('DELETE', '/contacts/1')).toBe('ANY /contacts/{contactId}');
});

test('a trailing slash is another path', () => {
  const match = tableOf('GET /contacts', 'GET /contacts/{contactId}');

  expect(match('GET', '/contacts/')).toBeUndefined();
  expect(match('GET', '/contacts/1/')).toBeUndefined();
});

test('path parameters come decoded', () => {
  const table = createRouteTable();
  table.add({ routeKey: 'GET /a/{name}/b/{rest+}', integrationId: 'function' });

  const match = table.match('GET', '/a/x%2Fy/b/1/2%203');

  expect(match?.pathParameters).toEqual({ name: 'x/y', rest: '1/2 3' });
});

test.each(['GET /contacts/', 'FETCH /contacts', 'GET contacts', 'GET /{rest+}/more'])('%s is refused', (routeKey) => {
  const table = createRouteTable();

  expect(() => table.add({ routeKey, integrationId: 'function' })).toThrow(routeKey);
});
