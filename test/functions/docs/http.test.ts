import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { declaredRoutes } from '../../support/declared-routes.ts';
import { request } from '../../support/http-request.ts';

const Operation = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  requestBody: z.object({ required: z.boolean() }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string() })),
});
const Document = z.looseObject({
  openapi: z.string(),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

const served = async () => {
  const { status, body } = await request('GET', `${inject('stack').apiUrl}/openapi.json`);
  expect(status).toBe(200);
  return { ...Document.parse(body), whole: z.record(z.string(), z.unknown()).parse(body) };
};

test('openapi.json is valid OpenAPI 3.1 and names the address under which it was served', async () => {
  const document = await served();

  const { valid, errors } = await new Validator().validate(document.whole);

  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(document.openapi).toMatch(/^3\.1/);
  expect(document.servers).toEqual([{ url: inject('stack').apiUrl }]);
});

test('openapi.json has the routes that are declared and no others', async () => {
  const { paths } = await served();

  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

  expect(operations.toSorted()).toEqual(declaredRoutes.map(({ key }) => key).toSorted());
});

test('each operation has an id of its own, and says who may call it, what it takes and what it answers', async () => {
  const { paths } = await served();
  const operationOf = (path: string, method: string) => paths[path]?.[method.toLowerCase()];

  const facts = declaredRoutes.map(({ key, path, method }) => {
    const operation = operationOf(path, method);
    return [
      key,
      operation?.security.length === 0,
      operation?.requestBody?.required ?? false,
      Object.keys(operation?.responses ?? {}).filter((status) => status.startsWith('2')),
    ];
  });

  expect(facts).toEqual(
    declaredRoutes.map(({ key, route }) => [
      key,
      route.access === 'public',
      route.body !== undefined,
      [String(route.status)],
    ]),
  );
  const ids = declaredRoutes.map(({ path, method }) => operationOf(path, method)?.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the reference is a page of our own origin only', async () => {
  const { apiUrl } = inject('stack');
  const page = await request('GET', `${apiUrl}/docs`);
  const script = await request('GET', `${apiUrl}/docs/reference.js`);

  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const elsewhere = [...page.text.matchAll(/(?:src|href)="(https?:[^"]+)"/g)]
    .map(([, url]) => url ?? '')
    .filter((url) => !url.startsWith(new URL(apiUrl).origin));
  expect(elsewhere).toEqual([]);
  expect([script.status, script.text.length > 100_000]).toEqual([200, true]);
});
