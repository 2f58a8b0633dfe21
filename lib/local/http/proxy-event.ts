import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface ProxyEventOptions {
  request: IncomingMessage;
  body: Buffer;
  account: string;
  apiId: string;
  stage: string;
  routeKey: string;
  /** Host and port at which the API is reached. */
  domainName: string;
  pathParameters?: Record<string, string>;
}

/** Media types that API Gateway hands over as text; everything else comes as base64, forms included. */
const textual = /^(text\/|application\/(json|xml|javascript|[\w.+-]+\+json|[\w.+-]+\+xml)\b)/i;

/** The event of payload format 2.0, as HTTP APIs and function URLs send it. */
export function proxyEvent(options: ProxyEventOptions) {
  const { request, body, pathParameters = {}, routeKey, stage, domainName } = options;
  const { path, query } = splitTarget(request.url ?? '/');
  const headers = headersOf(request, domainName);
  const cookies = request.headers.cookie?.split(/;\s*/).filter((cookie) => cookie !== '');
  const queryStringParameters = queryOf(query);
  const now = new Date();
  const isText = body.length === 0 || textual.test(request.headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies && { cookies }),
    headers,
    ...(queryStringParameters && { queryStringParameters }),
    requestContext: {
      accountId: options.account,
      apiId: options.apiId,
      domainName,
      domainPrefix: options.apiId,
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage,
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: isText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: !isText,
  };
}
export type ProxyEvent = ReturnType<typeof proxyEvent>;

export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function headersOf(request: IncomingMessage, domainName: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct))
    if (name !== 'cookie' && name !== 'connection' && values) headers[name] = values.join(',');
  const forwarded = headers['x-forwarded-for'];
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  return {
    ...headers,
    'x-amzn-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    'x-forwarded-for': forwarded ? `${forwarded}, ${sourceIp}` : sourceIp,
    'x-forwarded-port': domainName.split(':')[1] ?? '80',
    'x-forwarded-proto': 'http',
  };
}

/** Values of a repeated name are joined by comma, as API Gateway does. */
function queryOf(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = parameters[name];
    parameters[name] = earlier === undefined ? value : `${earlier},${value}`;
  }
  return parameters;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonLogTime(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const [year, , day] = date.split('-');
  return `${day}/${months[now.getUTCMonth()]}/${year}:${time.slice(0, 8)} +0000`;
}
