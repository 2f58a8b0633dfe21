import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InvokeOutcome, Runtime } from '../runtime.ts';
import { type CorsConfiguration, corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import { type RequestHandler, sendJson } from './listeners.ts';
import { proxyEvent, splitTarget } from './proxy-event.ts';
import { proxyResponse, writeResult } from './proxy-response.ts';
import { apiPayloadBytes, readBody } from './request-body.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';

export interface Integration {
  functionArn: string;
  timeoutMs: number;
}

/** One HTTP API: what the template's stages, routes and integrations are added to. */
export interface HttpApi {
  readonly routes: RouteTable;
  readonly integrations: Map<string, Integration>;
  /** By name; `throttle` says whether the next request is let in. */
  readonly stages: Map<string, { throttle(): boolean }>;
  readonly usage: { requests: number; bytesOut: number };
}

/** HTTP APIs by their id. */
export type HttpApis = Map<string, HttpApi>;

export const createHttpApi = (): HttpApi => ({
  routes: createRouteTable(),
  integrations: new Map(),
  stages: new Map(),
  usage: { requests: 0, bytesOut: 0 },
});

export interface HttpApiFront {
  api: HttpApi;
  apiId: string;
  cors: CorsConfiguration | undefined;
  runtime: Runtime;
  /** Host and port of the API's own address. */
  domainName: string;
}

/** Answers requests as API Gateway does: stage, throttle, CORS, route, payload 2.0, and its own error bodies. */
export function httpApiHandler({ api, apiId, cors, runtime, domainName }: HttpApiFront): RequestHandler {
  return async (request, response) => {
    const { method = 'GET', headers } = request;
    const { path } = splitTarget(request.url ?? '/');
    const extra = cors ? corsHeaders(cors, headers.origin) : {};
    api.usage.requests += 1;
    const refuse = (status: number, message: string) => sendJson(response, status, { message }, extra);

    const stageName = stageOf(api, path);
    const stage = stageName === undefined ? undefined : api.stages.get(stageName);
    if (stageName === undefined || !stage) return refuse(404, 'Not Found');
    if (!stage.throttle()) return refuse(429, 'Too Many Requests');
    if (cors && isPreflight(method, headers))
      return void response.writeHead(204, preflightHeaders(cors, headers)).end();

    const routePath = stageName === '$default' ? path : path.slice(stageName.length + 1) || '/';
    const match = api.routes.match(method, routePath);
    const integration = match && api.integrations.get(match.route.integrationId);
    if (!match || !integration) return refuse(404, 'Not Found');
    const body = await readBody(request, apiPayloadBytes);
    if (!body) return refuse(413, 'Request Entity Too Large');

    const { routeKey } = match.route;
    const event = proxyEvent({
      request,
      body,
      account: runtime.account,
      apiId,
      stage: stageName,
      routeKey,
      domainName: headers.host ?? domainName,
      pathParameters: match.pathParameters,
    });
    const sourceArn = `arn:aws:execute-api:${runtime.region}:${runtime.account}:${apiId}/${stageName}/${routeKey.replace(/^(\S+) /, '$1')}`;
    const invoker = { kind: 'service' as const, principal: 'apigateway.amazonaws.com', sourceArn };
    const outcome = await inTime(runtime.invoke(integration.functionArn, event, invoker), integration.timeoutMs);
    if (!outcome) return refuse(503, 'Service Unavailable');
    api.usage.bytesOut += answer(outcome, request, response, extra);
  };
}

function stageOf(api: HttpApi, path: string): string | undefined {
  const first = path.split('/')[1] ?? '';
  if (first !== '' && first !== '$default' && api.stages.has(first)) return first;
  return api.stages.has('$default') ? '$default' : undefined;
}

async function inTime(outcome: Promise<InvokeOutcome>, timeoutMs: number): Promise<InvokeOutcome | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

function answer(
  outcome: InvokeOutcome,
  request: IncomingMessage,
  response: ServerResponse,
  extra: Record<string, string>,
) {
  const failed = { message: 'Internal Server Error' };
  if (!outcome.ok) {
    const throttled = outcome.errorType === 'TooManyRequestsException';
    sendJson(response, throttled ? 429 : 500, throttled ? { message: 'Too Many Requests' } : failed, extra);
    return 0;
  }
  const result = proxyResponse(outcome.payload);
  if (!result) {
    sendJson(response, 500, failed, extra);
    return 0;
  }
  return writeResult(result, request, response, extra);
}
