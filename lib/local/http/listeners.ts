import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A port of 127.0.0.1 that is bound before anything behind it exists. */
export interface Listener {
  port: number;
  /** `http://127.0.0.1:PORT` */
  url: string;
  serve(handler: RequestHandler): void;
  close(): Promise<void>;
}

/** The listeners of the template's resources, by `Stack.LogicalId`. */
export type Listeners = ReadonlyMap<string, Listener>;

/** Binds `port` (0 takes a free one). Rejects with the system's EADDRINUSE when somebody has it. */
export async function listen(port: number): Promise<Listener> {
  let handle: RequestHandler | undefined;
  const server = createServer((request, response) => {
    const answered = handle?.(request, response) ?? unavailable(response);
    answered.catch(() => {
      if (!response.headersSent) sendJson(response, 500, { message: 'Internal Server Error' });
      else response.destroy();
    });
  });
  // Longer than clients keep theirs, so that none meets a connection that is just being closed.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = portOf(server);
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    serve(handler) {
      handle = handler;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function unavailable(response: ServerResponse): Promise<void> {
  sendJson(response, 503, { message: 'Service Unavailable' });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server is not bound to a port');
  return address.port;
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
