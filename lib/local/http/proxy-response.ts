import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

const Structured = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/**
 * What a function's result means over HTTP (payload format 2.0). A result without statusCode is a JSON body of
 * status 200; one that is malformed gives undefined, which API Gateway answers with 500.
 */
export function proxyResponse(payload: unknown): HttpAnswer | undefined {
  const hasStatus = typeof payload === 'object' && payload !== null && 'statusCode' in payload;
  if (!hasStatus) {
    const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload ?? null));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = Structured.safeParse(payload);
  if (!parsed.success) return undefined;
  const { statusCode: status, cookies, body, isBase64Encoded } = parsed.data;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(parsed.data.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (cookies && cookies.length > 0) headers['set-cookie'] = cookies;
  if (body && headers['content-type'] === undefined) headers['content-type'] = 'text/plain;charset=UTF-8';
  return { status, headers, body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8') };
}

/** Writes the answer with the front's own headers on top; returns the bytes of its body. */
export function writeResult(
  { status, headers, body }: HttpAnswer,
  request: IncomingMessage,
  response: ServerResponse,
  extra: Record<string, string>,
): number {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, { ...headers, ...extra, ...(hasBody && { 'content-length': body.length }) });
  response.end(hasBody && request.method !== 'HEAD' ? body : undefined);
  return body.length;
}
