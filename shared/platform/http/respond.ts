import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { AppError, type ErrorCode } from '../../errors.ts';
import { type Route, TextBody } from './route.ts';

/** The HTTP status of each refusal: the one place where the domain's codes become numbers. */
export const errorStatuses = {
  INVALID_JSON: 400,
  INVALID_CURSOR: 400,
  UNAUTHENTICATED: 401,
  INVALID_CREDENTIALS: 401,
  VERIFICATION_REQUIRED: 401,
  INVALID_CODE: 401,
  FORBIDDEN: 403,
  INVALID_SIGNATURE: 403,
  NOT_FOUND: 404,
  DUPLICATE: 409,
  STALE_VERSION: 409,
  CONFLICT: 409,
  LAST_ADMIN: 409,
  IDEMPOTENCY_IN_FLIGHT: 409,
  PAYLOAD_TOO_LARGE: 413,
  VALIDATION_ERROR: 422,
  PAGE_TOO_DEEP: 422,
  IDEMPOTENCY_MISMATCH: 422,
  TOO_MANY_ATTEMPTS: 429,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
} satisfies Record<ErrorCode, number>;

export const errorEnvelope = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()),
      timestamp: z.iso.datetime(),
      requestId: z.string(),
    }),
  })
  .meta({ id: 'Error' });

export type Response = APIGatewayProxyStructuredResultV2 & { headers: Record<string, string> };

/** Sent with every answer: nothing here may be sniffed, framed, embedded, run or kept by a cache. */
const commonHeaders = (requestId: string, cacheSeconds = 0) => ({
  'x-request-id': requestId,
  'cache-control': cacheSeconds === 0 ? 'no-store' : `public, max-age=${cacheSeconds}`,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': cacheSeconds === 0 ? 'same-site' : 'cross-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
});

/** A success, serialised through what the route declares to return. */
export const respond = (route: Route, body: unknown, requestId: string): Response => {
  const headers = commonHeaders(requestId, route.cacheSeconds);
  if (route.returns)
    return {
      statusCode: route.status,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(route.returns.parse(body)),
    };
  if (!route.produces) return { statusCode: route.status, headers };
  const { text, gzip = false, binary = false, type, headers: own = {} } = TextBody.parse(body);
  const contentType = type ?? [route.produces].flat()[0] ?? '';
  return {
    statusCode: route.status,
    headers: {
      ...headers,
      'content-type': contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType,
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...own,
    },
    body: text,
    isBase64Encoded: gzip || binary,
  };
};

/** Seconds after which it is worth to try again: what the refusal says, or a moment where it passes by itself. */
const retryAfter = ({ code, details }: AppError): Record<string, string> => {
  const passing = code === 'UNAVAILABLE' || code === 'IDEMPOTENCY_IN_FLIGHT' ? 1 : undefined;
  const seconds = details.retryAfter ?? passing;
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
};

/** A refusal in the envelope that all refusals share. `retry-after` goes with those that pass by themselves. */
export const respondError = (error: AppError, requestId: string, now: Date): Response => ({
  statusCode: errorStatuses[error.code],
  headers: {
    ...commonHeaders(requestId),
    'content-type': 'application/json',
    ...(error.code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer' } : {}),
    ...retryAfter(error),
  },
  body: JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      details: error.details,
      timestamp: now.toISOString(),
      requestId,
    },
  }),
});

/** What a schema refused, as one refusal that names the first field and lists the others. */
export const validationError = (error: z.ZodError): AppError => {
  const issues = error.issues.map((issue) => ({
    field: fieldOf(issue),
    message: issue.message,
    constraint: issue.code,
  }));
  const [first] = issues;
  return new AppError('VALIDATION_ERROR', first ? `${first.field || 'body'}: ${first.message}` : 'Invalid input', {
    field: first?.field ?? '',
    constraint: first?.constraint ?? '',
    issues: issues.slice(0, 20),
  });
};

const fieldOf = (issue: z.core.$ZodIssue) =>
  [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.');
