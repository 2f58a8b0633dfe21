import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import { createExchange, matchRoute, type Route } from './http-exchange.ts';
import { BadRequest } from './read-json.ts';
import type { SimulatorLog } from './simulator-log.ts';

export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  close(): Promise<void>;
}

/** Serves the routes. Rejects with the system's error when the port is taken. */
export async function startHttpServer(options: {
  port: number;
  host: string;
  routes: Route[];
  log: SimulatorLog;
}): Promise<HttpServer> {
  const server = createServer((request, response) => void answer(options.routes, request, response, options.log));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${options.host}:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(routes: Route[], request: IncomingMessage, response: ServerResponse, log: SimulatorLog) {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const exchange = createExchange(request, response, query);
  try {
    if (isForeign(request)) throw new BadRequest(403, 'This page may not call the simulator');
    const match = matchRoute(routes, exchange.method, path);
    if (!match)
      throw /^\/(handsets|mailbox)/.test(path) ? new BadRequest(404, 'No such page') : new ApiError(20404, path);
    await match.route.handle(exchange, match.groups);
  } catch (error) {
    if (error instanceof ApiError) return exchange.json(error.status, error.body());
    if (error instanceof BadRequest) return exchange.json(error.status, { error: error.message });
    if (error instanceof RangeError) return exchange.json(400, { error: error.message });
    // A caller that hung up is not our failure.
    if (request.destroyed && !request.complete) return undefined;
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log({ level: 'error', source: 'twilio', message, path });
    exchange.json(500, new ApiError(20500).body());
  }
  return undefined;
}

/** A browser page of another origin: neither may it read the messages here nor write any. */
function isForeign(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin !== undefined && origin !== `http://${host}`;
}
