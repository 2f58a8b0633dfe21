import { z } from 'zod';
import type { PathParameters, Route } from '../shared/platform/http/route.ts';

/** What a call of a route takes: exactly what its declaration says. */
export type CallOf<R extends Route> = (R['path'] extends `${string}{${string}`
  ? { params: PathParameters<R['path']> }
  : unknown) &
  (R['query'] extends z.ZodType ? { query?: Partial<z.input<R['query']>> } : unknown) &
  (R['body'] extends z.ZodType ? { body: z.input<R['body']> } : unknown) & { headers?: Record<string, string> };

export type ReplyOf<R extends Route> = R['returns'] extends z.ZodType ? z.output<R['returns']> : string;

const Envelope = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

/** The API said no: its code, its words, and the request id under which its log knows why. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;
  readonly requestId: string;
  constructor(status: number, code: string, message: string, details: Record<string, unknown>, requestId: string) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }
}

export interface ApiClient {
  /** Calls a route and parses its answer as declared. @throws ApiRefusal */
  call<R extends Route>(route: R, input: CallOf<R>): Promise<ReplyOf<R>>;
  /** The same API, signed in. */
  signedIn(accessToken: string): ApiClient;
}

/** A client of the API at `apiUrl` (with its stage), made from the route declarations. */
export const apiClient = (apiUrl: string, accessToken?: string): ApiClient => ({
  signedIn: (token) => apiClient(apiUrl, token),
  call: async <R extends Route>(route: R, input: CallOf<R>): Promise<ReplyOf<R>> => {
    const { params, query, body, headers } = LooseCall.parse(input);
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(params[name] ?? ''));
    const url = new URL(apiUrl.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method: route.method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw refusal(response, text);
    // The one cast of the client: what a route returns was just parsed by that route's own schema.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (route.returns ? route.returns.parse(JSON.parse(text)) : text) as ReplyOf<R>;
  },
});

const LooseCall = z.object({
  params: z.record(z.string(), z.string()).default({}),
  query: z.record(z.string(), z.unknown()).default({}),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).default({}),
});

const refusal = (response: Response, text: string) => {
  const requestId = response.headers.get('x-request-id') ?? '';
  const parsed = Envelope.safeParse(jsonOrNothing(text));
  if (!parsed.success) return new ApiRefusal(response.status, 'UNEXPECTED', text.slice(0, 200), {}, requestId);
  const { code, message, details } = parsed.data.error;
  return new ApiRefusal(response.status, code, message, details, requestId);
};

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
