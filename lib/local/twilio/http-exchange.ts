import type { IncomingMessage, ServerResponse } from 'node:http';

const maxBodyBytes = 1_000_000;

/** One request to the simulator and its answer. */
export interface Exchange {
  method: string;
  /** Decoded query; the path's parts come with the route. */
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** The body as text. Throws a RangeError over 1 MB. */
  text(): Promise<string>;
  json(status: number, body: unknown): void;
  answer(status: number, contentType: string, body: string | Uint8Array): void;
  /** Answers nothing, until the caller gives up or the simulator stops. */
  hang(): void;
  raw: { request: IncomingMessage; response: ServerResponse };
}

/** A route: `path` is matched against the path as sent, its groups come percent-decoded. */
export interface Route {
  method: string;
  path: RegExp;
  handle: (exchange: Exchange, groups: Record<string, string>) => Promise<void> | void;
}

/** The first route of method and path; undefined when there is none, or the path is not decodable. */
export function matchRoute(routes: Route[], method: string, path: string) {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (!match) continue;
    try {
      const parts = Object.entries(match.groups ?? {}).map(([name, part]) => [name, decodeURIComponent(part)] as const);
      return { route, groups: Object.fromEntries(parts) };
    } catch {
      return undefined;
    }
  }
  return undefined;
}

export function createExchange(request: IncomingMessage, response: ServerResponse, query: string): Exchange {
  const answer: Exchange['answer'] = (status, contentType, body) => {
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, {
      'Content-Type': contentType,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(body);
  };
  return {
    method: request.method ?? 'GET',
    query: new URLSearchParams(query),
    headers: request.headers,
    async text() {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of request) {
        const part = Buffer.from(chunk);
        bytes += part.length;
        if (bytes > maxBodyBytes) throw new RangeError(`The body is larger than ${maxBodyBytes} bytes`);
        chunks.push(part);
      }
      return Buffer.concat(chunks).toString('utf8');
    },
    json: (status, body) => answer(status, 'application/json; charset=utf-8', JSON.stringify(body)),
    answer,
    hang() {
      // Nobody waits longer than Twilio's own client does.
      const timer = setTimeout(() => request.socket.destroy(), 60_000);
      response.once('close', () => clearTimeout(timer));
    },
    raw: { request, response },
  };
}
