import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

/** `CorsConfiguration` of an HTTP API, and `Cors` of a function URL. */
export const CorsConfiguration = z.strictObject({
  AllowCredentials: z.boolean().optional(),
  AllowHeaders: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowOrigins: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
});
export type CorsConfiguration = z.infer<typeof CorsConfiguration>;

/** Headers that replace whatever the function says of CORS; none when the origin is not allowed. */
export function corsHeaders(cors: CorsConfiguration, origin: string | undefined): Record<string, string> {
  if (origin === undefined || !allows(cors.AllowOrigins, origin)) return {};
  return {
    'access-control-allow-origin': cors.AllowOrigins.includes('*') && !cors.AllowCredentials ? '*' : origin,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
  };
}

/** The answer to a preflight: 204, with headers only when origin and method are allowed. */
export function preflightHeaders(cors: CorsConfiguration, headers: IncomingHttpHeaders): Record<string, string> {
  const own = corsHeaders(cors, headers.origin);
  const method = headers['access-control-request-method'];
  if (Object.keys(own).length === 0 || method === undefined || !allows(cors.AllowMethods, method)) return {};
  return {
    ...own,
    'access-control-allow-methods': cors.AllowMethods.join(','),
    ...(cors.AllowHeaders.length > 0 && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
}

export const isPreflight = (method: string | undefined, headers: IncomingHttpHeaders) =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** `*`, an exact value, or one with a wildcard in it (`https://*.example.com`). */
function allows(patterns: readonly string[], value: string): boolean {
  return patterns.some((pattern) => {
    if (pattern === '*' || pattern === value) return true;
    const [start, end, ...more] = pattern.split('*');
    return (
      start !== undefined && end !== undefined && more.length === 0 && value.startsWith(start) && value.endsWith(end)
    );
  });
}
