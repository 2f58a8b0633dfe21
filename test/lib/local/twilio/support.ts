import { createServer, type IncomingHttpHeaders } from 'node:http';
import RequestClient from 'twilio/lib/base/RequestClient.js';
import Twilio from 'twilio/lib/rest/Twilio.js';
import { startSimulator } from '../../../../lib/local/twilio/simulator.ts';

export const accountSid = 'AC0123456789abcdef0123456789abcdef';
export const authToken = 'the-token-of-the-account';
export const sender = '+12025550199';

type ClientOptions = ConstructorParameters<typeof RequestClient>[0];

/** Twilio's own HTTP client, sent to the simulator instead of api.twilio.com. */
class LocalRequestClient extends RequestClient {
  readonly base: string;

  constructor(base: string, options: ClientOptions) {
    super(options);
    this.base = base;
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    const url = new URL(options.uri);
    return super.request<TData>({ ...options, uri: new URL(url.pathname + url.search, this.base).href });
  }
}

/** The real client. */
export function twilioClient(url: string, { token = authToken, timeout = 5000 } = {}) {
  return new Twilio(accountSid, token, { httpClient: new LocalRequestClient(url, { timeout }) });
}

/** A simulator in memory (or on a file) without waiting times. */
export function quickSimulator(options: { dataFile?: string; blockStops?: boolean; inboundUrl?: string } = {}) {
  return startSimulator({ port: 0, dataFile: null, statusDelayMs: 0, log: () => undefined, ...options });
}

export interface ReceivedWebhook {
  path: string;
  params: Record<string, string>;
  headers: IncomingHttpHeaders;
}

/** A server that keeps what it is told; `answer` may be changed between calls. */
export async function webhookReceiver() {
  const received: ReceivedWebhook[] = [];
  const answers = { next: (_webhook: ReceivedWebhook) => ({ status: 200, body: '<Response/>' }) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const webhook = { path: request.url ?? '', params, headers: request.headers };
      received.push(webhook);
      const { status, body } = answers.next(webhook);
      response.writeHead(status, { 'Content-Type': 'text/xml' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, received, answers, close };
}
