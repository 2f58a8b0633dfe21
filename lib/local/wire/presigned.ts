import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from './engine.ts';
import type { WireRequest } from './signature.ts';

const longestSeconds = 7 * 24 * 3600;
/** A clock may run ahead by as much, as on AWS. */
const skewSeconds = 15 * 60;

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** `20261121T101500Z` as seconds since 1970; NaN when malformed. */
function secondsOf(amzDate: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) / 1000;
}

/** Encodes all but unreserved characters, as SigV4 wants it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
}

const bad = (message: string) => new AwsError('AuthorizationQueryParametersError', message, 400);

/**
 * Verifies a presigned URL: its expiry, its signature over method, path, query and every signed header (so that a
 * signed content-length is an enforced size), and that no `x-amz-` header came unsigned.
 * Throws `AwsError` with S3's codes and messages.
 */
export function verifyPresigned({ method, url, rawUrl, headers }: WireRequest, scope: string, secret: string): void {
  const parameters = url.searchParams;
  const amzDate = parameters.get('X-Amz-Date') ?? '';
  const expires = Number(parameters.get('X-Amz-Expires') ?? Number.NaN);
  const signed = (parameters.get('X-Amz-SignedHeaders') ?? '').split(';');
  const start = secondsOf(amzDate);
  if (parameters.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw bad('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".');
  if (Number.isNaN(start) || !amzDate.startsWith(scope.slice(0, 8)))
    throw bad('X-Amz-Date must be in the ISO8601 Long Format.');
  if (!(expires >= 0 && expires <= longestSeconds)) throw bad('X-Amz-Expires must be between 0 and 604800 seconds.');
  if (!signed.includes('host')) throw bad('X-Amz-SignedHeaders must contain host.');

  const now = Date.now() / 1000;
  if (now > start + expires) {
    throw new AwsError('AccessDenied', 'Request has expired', 403, {
      'X-Amz-Expires': expires,
      Expires: new Date((start + expires) * 1000).toISOString(),
      ServerTime: new Date(now * 1000).toISOString(),
    });
  }
  if (start > now + skewSeconds) throw new AwsError('AccessDenied', 'Request is not valid yet', 403);
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (unsigned.length > 0) {
    throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403, {
      HeadersNotSigned: unsigned.join(', '),
    });
  }

  const canonicalRequest = [
    method,
    rawUrl.split('?')[0],
    canonicalQuery(parameters),
    ...signed.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signed.join(';'),
    parameters.get('X-Amz-Content-Sha256') ?? headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const key = scope.split('/').reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secret}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', amzDate, scope, digest].join('\n'));
  const given = Buffer.from(parameters.get('X-Amz-Signature') ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
      403,
    );
  }
}
