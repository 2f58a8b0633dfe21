import { wildcard } from '../conditions.ts';
import { type AwsAnswer, type AwsCall, AwsError } from '../engine.ts';
import type { CorsRule } from '../engines.ts';
import { errorAnswer } from '../errors.ts';

type Headers = AwsCall['headers'];

const text = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined);

function ruleFor(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  asked: readonly string[],
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => wildcard(pattern).test(origin)) &&
      rule.allowedMethods.includes(method) &&
      asked.every((name) => rule.allowedHeaders.some((pattern) => wildcard(pattern.toLowerCase()).test(name))),
  );
}

function allow(rule: CorsRule, origin: string): Record<string, string> {
  const everybody = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': everybody ? '*' : origin,
    ...(!everybody && { 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(rule.exposedHeaders.length > 0 && { 'access-control-expose-headers': rule.exposedHeaders.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** Answers a browser's question before its request: 200 with what the bucket's rules allow, else 403. */
export function answerPreflight(rules: readonly CorsRule[], headers: Headers): AwsAnswer {
  const origin = text(headers['origin']);
  const method = text(headers['access-control-request-method']);
  if (!origin || !method) {
    return errorAnswer(
      's3',
      new AwsError('BadRequest', 'Insufficient information. Origin request header needed.', 400),
    );
  }
  const asked = (text(headers['access-control-request-headers']) ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const rule = ruleFor(rules, origin, method, asked);
  if (!rule) {
    const message = 'CORSResponse: This CORS request is not allowed.';
    return errorAnswer('s3', new AwsError('AccessForbidden', message, 403, { Method: method, ResourceType: 'OBJECT' }));
  }
  const allowed = allow(rule, origin);
  if (asked.length > 0) allowed['access-control-allow-headers'] = asked.join(', ');
  return { status: 200, headers: allowed };
}

/** Headers that let a browser read an answer; none when it did not ask or may not. */
export function corsHeaders(rules: readonly CorsRule[], method: string, headers: Headers): Record<string, string> {
  const origin = text(headers['origin']);
  const rule = origin === undefined ? undefined : ruleFor(rules, origin, method, []);
  return rule && origin !== undefined ? allow(rule, origin) : {};
}
