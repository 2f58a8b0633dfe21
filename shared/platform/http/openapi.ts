import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { ErrorCode } from '../../errors.ts';
import { errorEnvelope, errorStatuses } from './respond.ts';
import { type Route, type Routes, routeKeys } from './route.ts';

export interface ApiFacts {
  title: string;
  version: string;
  description: string;
  serverUrl: string;
}

const idempotencyKey = z.string().min(1).max(255).optional().meta({
  description: 'A repetition under the same key gets the first answer again, marked `idempotent-replayed: true`',
});

/** The OpenAPI 3.1 document of a catalogue of routes: every address, the aliases included. */
export const openApiDocument = (
  catalogue: Record<string, Routes>,
  { title, version, description, serverUrl }: ApiFacts,
) => {
  const paths: ZodOpenApiPathsObject = {};
  for (const [noun, routes] of Object.entries(catalogue))
    for (const [name, route] of Object.entries(routes))
      for (const [index, key] of routeKeys(route).entries()) {
        const [method = '', path = ''] = key.split(' ');
        paths[path] = { ...paths[path], [method.toLowerCase()]: operation(noun, name, route, index) };
      }
  return createDocument({
    openapi: '3.1.1',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: serverUrl }],
    tags: Object.keys(catalogue).map((name) => ({ name })),
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  });
};

const operation = (noun: string, name: string, route: Route, alias: number): ZodOpenApiOperationObject => {
  const parameters = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const repeatable = route.method === 'POST' && route.access !== 'public';
  return {
    operationId: alias === 0 ? name : `${name}Alias${alias}`,
    summary: alias === 0 ? route.summary : `Alias of ${route.method} ${route.path}`,
    tags: [noun],
    security: route.access === 'public' ? [] : [{ bearer: [] }],
    ...describe(route),
    requestParams: {
      ...(parameters.length > 0
        ? { path: z.object(Object.fromEntries(parameters.map((parameter) => [parameter, z.string()]))) }
        : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(repeatable ? { header: z.object({ 'Idempotency-Key': idempotencyKey }) } : {}),
    },
    ...(route.body ? { requestBody: { required: true, content: requestContent(route.body, route.form) } } : {}),
    responses: { [String(route.status)]: success(route), ...refusals(route, parameters.length > 0, repeatable) },
  };
};

const describe = ({ access, own }: Route) => {
  if (access === 'public' || access === 'signed-in') return {};
  if (access === 'user') return { description: 'Needs a sign-in: no API key, no token of another issuer.' };
  if (access === 'superuser') return { description: 'Needs a superuser.' };
  return { description: `Needs \`${access}\`${own === undefined ? '' : ', or to be the record of who asks'}.` };
};

const fileField = z.string().meta({ format: 'binary', description: 'The file itself, 4 MB at the most' });

const requestContent = (body: z.ZodType, form: z.ZodObject | undefined) => ({
  'application/json': { schema: body },
  ...(form ? { 'multipart/form-data': { schema: form.extend({ file: fileField }) } } : {}),
});

const success = (route: Route) => {
  const types = route.returns ? ['application/json'] : [route.produces ?? []].flat();
  return {
    description: 'Done',
    headers: z.object({
      'x-request-id': z.string(),
      ...(route.access === 'public'
        ? {}
        : { 'RateLimit-Policy': z.string().optional(), RateLimit: z.string().optional() }),
    }),
    ...(types.length > 0
      ? { content: Object.fromEntries(types.map((type) => [type, { schema: route.returns ?? z.string() }])) }
      : {}),
  };
};

const refusals = (route: Route, named: boolean, repeatable: boolean) => {
  const codes = new Set<ErrorCode>([
    ...(route.body ? (['INVALID_JSON', 'VALIDATION_ERROR'] as const) : []),
    ...(route.form ? (['PAYLOAD_TOO_LARGE'] as const) : []),
    ...(route.query ? (['VALIDATION_ERROR'] as const) : []),
    ...(route.query && 'cursor' in route.query.shape ? (['INVALID_CURSOR', 'PAGE_TOO_DEEP'] as const) : []),
    ...(route.access === 'public' ? [] : (['UNAUTHENTICATED', 'NOT_FOUND', 'RATE_LIMITED'] as const)),
    ...(route.access === 'public' || route.access === 'signed-in' ? [] : (['FORBIDDEN'] as const)),
    ...(named ? (['NOT_FOUND'] as const) : []),
    ...(repeatable ? (['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH'] as const) : []),
    ...(route.errors ?? []),
    'INTERNAL',
  ]);
  const byStatus = Map.groupBy(codes, (code) => String(errorStatuses[code]));
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      status,
      { description: those.join(', '), content: { 'application/json': { schema: errorEnvelope } } },
    ]),
  );
};
