import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { AppError, notFound } from '../../errors.ts';
import type { Clock } from '../clock.ts';
import { log, logFailure } from '../log.ts';
import { OrganizationId } from '../organization-id.ts';
import { isForm, readForm } from './form.ts';
import { type IdempotencyStore, replayable } from './idempotency.ts';
import { type Response, respond, respondError, validationError } from './respond.ts';
import { type Caller, type LimitKind, type Operations, type Route, type Routes, routeKeys } from './route.ts';

/** What every HTTP function needs of the world. */
export interface HttpServices {
  clock: Clock;
  /** The caller behind a Bearer token. @throws AppError UNAUTHENTICATED */
  authenticate(token: string, from: Pick<Caller, 'sourceIp' | 'userAgent'>): Promise<Caller>;
  /** Asked when a superuser chooses the organization of a request. */
  organizationExists(organizationId: OrganizationId): Promise<boolean>;
  /** Spends one of a limit. @throws AppError RATE_LIMITED */
  spend(organizationId: OrganizationId, kind: LimitKind): Promise<{ policy: string; state: string } | undefined>;
  idempotency: IdempotencyStore;
}

/**
 * The Lambda handler of a noun's routes: finds the operation by `event.routeKey`, checks who calls, parses what came,
 * calls, and serialises what the route declares to return. Errors become the envelope; bugs become INTERNAL.
 */
export const httpHandler = <R extends Routes>(routes: R, services: HttpServices, operations: Operations<R>) => {
  const byKey = new Map<string, [string, Route]>();
  for (const [name, route] of Object.entries(routes)) for (const key of routeKeys(route)) byKey.set(key, [name, route]);

  const answer = async (event: APIGatewayProxyEventV2, spent: Spent): Promise<Response> => {
    const found = byKey.get(event.routeKey);
    if (!found) throw notFound('Route');
    const [name, route] = found;
    const caller = await authorize(event, route, services);
    await spend(services, caller, 'api_calls', spent);
    const request = await parseRequest(event, route, caller);
    // The one cast of the wrapper: operations are typed by route, and the route was looked up by name.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const operation = operations[name] as unknown as (request: Request) => Promise<unknown>;
    const run = async () => {
      if (route.uses) await spend(services, caller, route.uses, spent);
      return respond(route, await operation(request), event.requestContext.requestId);
    };
    return replayable(services.idempotency, services.clock, route, event, caller, run);
  };

  return middy<APIGatewayProxyEventV2, Response>()
    .before(({ event, context }) => {
      log.resetKeys();
      log.addContext(context);
      log.appendKeys({ requestId: event.requestContext.requestId, route: event.routeKey });
    })
    .handler(async (event): Promise<Response> => {
      const started = services.clock().getTime();
      const spent: Spent = [];
      const response = await answer(event, spent).catch((error: unknown) => refuse(error, event, services.clock()));
      log.info('request', { status: response.statusCode, milliseconds: services.clock().getTime() - started });
      return { ...response, headers: { ...response.headers, ...rateHeaders(spent) } };
    });
};

type Spent = { policy: string; state: string }[];

/** A superuser who looks after another organization uses up nothing of it. */
const spend = async (services: HttpServices, caller: Caller | undefined, kind: LimitKind, spent: Spent) => {
  if (!caller || caller.organizationId !== caller.homeOrganizationId) return;
  const spending = await services.spend(caller.organizationId, kind);
  if (spending) spent.push(spending);
};

const rateHeaders = (spent: Spent): Record<string, string> =>
  spent.length === 0
    ? {}
    : {
        'ratelimit-policy': spent.map(({ policy }) => policy).join(', '),
        ratelimit: spent.map(({ state }) => state).join(', '),
      };

const authorize = async (event: APIGatewayProxyEventV2, route: Route, services: HttpServices) => {
  if (route.access === 'public') return undefined;
  const [, token] = /^Bearer (\S+)$/i.exec(event.headers.authorization ?? '') ?? [];
  if (!token) throw new AppError('UNAUTHENTICATED', 'Send an access token as Authorization: Bearer');
  const { sourceIp, userAgent } = event.requestContext.http;
  const caller = await services.authenticate(token, { sourceIp, userAgent });
  log.appendKeys({ organizationId: caller.organizationId, userId: caller.userId });
  const acting = await inChosenOrganization(caller, event.headers['x-organization-id'], services);
  assertMay(acting, route, event);
  return acting;
};

/** Everybody's organization is their own; a superuser may name another, and the log says so. */
const inChosenOrganization = async (caller: Caller, chosen: string | undefined, services: HttpServices) => {
  if (chosen === undefined || chosen.toLowerCase() === caller.organizationId) return caller;
  const { data: organizationId } = OrganizationId.safeParse(chosen.toLowerCase());
  if (!caller.superuser || !organizationId || !(await services.organizationExists(organizationId)))
    throw notFound('Organization');
  log.appendKeys({ actingFor: organizationId });
  return { ...caller, organizationId };
};

const assertMay = (caller: Caller, { access, own }: Route, event: APIGatewayProxyEventV2) => {
  if (access === 'public' || access === 'signed-in') return;
  if (access === 'user' || access === 'superuser') {
    if (access === 'user' ? caller.sessionId === undefined : !caller.superuser)
      throw new AppError('FORBIDDEN', access === 'user' ? 'This needs a sign-in' : 'This needs a superuser');
    return;
  }
  if (caller.permissions.has(access)) return;
  if (own === undefined || !caller.ownPermissions.has(access))
    throw new AppError('FORBIDDEN', `This needs the permission ${access}`, { permission: access });
  if (event.pathParameters?.[own]?.toLowerCase() !== caller.contactId) throw notFound(nounOf(own));
};

const nounOf = (parameter: string) => {
  const noun = parameter.replace(/Id$/, '');
  return noun.charAt(0).toUpperCase() + noun.slice(1);
};

const identifier = z.uuid().toLowerCase();

const parseRequest = async (event: APIGatewayProxyEventV2, route: Route, caller: Caller | undefined) => {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.pathParameters ?? {})) {
    const parsed = name.endsWith('Id') ? identifier.safeParse(value) : { success: true as const, data: value };
    // An id that can't exist answers as one that doesn't.
    if (!parsed.success || parsed.data === undefined) throw notFound(nounOf(name));
    params[name] = parsed.data;
  }
  const form = route.form && isForm(event) ? await readForm(event) : undefined;
  return {
    params,
    query: route.query ? parse(route.query, event.queryStringParameters ?? {}) : undefined,
    body: route.body && !form ? parse(route.body, json(event)) : undefined,
    form: route.form && form ? { ...parse(route.form, form.fields), file: form.file } : undefined,
    caller,
    idempotencyKey: event.headers['idempotency-key'],
    baseUrl: baseUrl(event),
    sourceIp: event.requestContext.http.sourceIp,
    userAgent: event.requestContext.http.userAgent ?? '',
  };
};

type Request = Awaited<ReturnType<typeof parseRequest>>;

const parse = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const result = schema.safeParse(value);
  if (!result.success) throw validationError(result.error);
  return result.data;
};

const json = (event: APIGatewayProxyEventV2): unknown => {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('INVALID_JSON', 'The body is not JSON');
  }
};

const baseUrl = (event: APIGatewayProxyEventV2) => {
  const { domainName, stage } = event.requestContext;
  const scheme = event.headers['x-forwarded-proto'] ?? 'https';
  return `${scheme}://${domainName}${stage === '$default' ? '' : `/${stage}`}`;
};

const refuse = (error: unknown, event: APIGatewayProxyEventV2, now: Date): Response => {
  const { requestId } = event.requestContext;
  if (error instanceof AppError) {
    log.info('refused', { code: error.code });
    return respondError(error, requestId, now);
  }
  logFailure('failed', error);
  return respondError(new AppError('INTERNAL', 'Something went wrong on our side'), requestId, now);
};
