import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Runtime } from '../runtime.ts';
import { readBody, writeAnswer } from './body.ts';
import { type AwsAnswer, type AwsCall, AwsError, type Engine, type ServiceName } from './engine.ts';
import { errorAnswer, faultError } from './errors.ts';
import { createFaults, type Faults } from './faults.ts';
import { createMeter, type Meter } from './meter.ts';
import { nameOf, type PrincipalRegistry } from './principals.ts';
import { identifyCaller, type Signature } from './signature.ts';

/** A call that the template's policies do not allow. */
export interface Denial {
  principal: string;
  action: string;
  resource: string;
  reason: string;
  at: string;
}

export interface GatewayOptions {
  /** 0 takes a free port. */
  port: number;
  region: string;
  account: string;
  principals: PrincipalRegistry;
  /** The map may be completed after the start: an engine is looked up at each call. */
  engines: Partial<Record<ServiceName, Engine>>;
  log: Runtime['log'];
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly meter: Meter;
  readonly faults: Faults;
  readonly denials: Denial[];
  close(): Promise<void>;
}

/**
 * The one door between the functions and the engines, on 127.0.0.1: tells the caller by access key, asks the
 * template's policies, counts, injects faults, forwards.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { principals, engines, log } = options;
  const meter = createMeter();
  const faults = createFaults();
  const denials: Denial[] = [];
  let closing = false;
  let calls = 0;

  function demand(call: AwsCall, engine: Engine): void {
    const needs = engine.needs(call);
    if (needs.length === 0)
      deny(call, `${call.service}:${call.action}`, '*', 'because the local runtime has no row for it');
    for (const need of needs) {
      const { allowed, reason } = principals.authorize(call.principal, need.action, need.resource, need.context);
      if (!allowed) deny(call, need.action, need.resource, reason);
    }
  }

  function deny(call: AwsCall, action: string, resource: string, reason: string): never {
    const principal = nameOf(call.principal);
    const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
    denials.push({ principal, action, resource, reason, at: new Date().toISOString() });
    log({ level: 'warn', source: 'gateway', message });
    throw new AwsError(
      call.service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
      message,
      call.service === 's3' ? 403 : 400,
    );
  }

  async function answerOf(call: AwsCall, engine: Engine): Promise<AwsAnswer | 'reset'> {
    const principal = nameOf(call.principal);
    demand(call, engine);
    calls += 1;
    const event = { index: calls, principal, service: call.service, action: call.action };
    await faults.tell({ ...event, phase: 'before' });
    const fault = faults.strike(event);
    if (fault?.kind === 'delay') await wait(fault.delayMs ?? 100, undefined, { signal: call.signal });
    if (fault?.kind === 'reset-before') return 'reset';
    if (fault?.kind === 'throttle' || fault?.kind === 'error500') throw faultError(call.service, fault.kind);
    let answer: AwsAnswer;
    try {
      answer = await engine.handle(call);
    } catch (error) {
      answer = failure(call.service, error);
    }
    await faults.tell({ ...event, phase: 'after', status: answer.status });
    if (fault?.kind !== 'lost-answer') return answer;
    record(call, answer);
    return 'reset';
  }

  function failure(service: ServiceName, error: unknown): AwsAnswer {
    if (error instanceof AwsError) return errorAnswer(service, error);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!closing) log({ level: 'error', source: 'gateway', message, service });
    return errorAnswer(service, faultError(service, 'error500'));
  }

  function record(call: AwsCall, answer: AwsAnswer): void {
    meter.record(nameOf(call.principal), call, {
      failed: answer.status >= 400,
      units: answer.units,
      bytesIn: Number(call.headers['content-length'] ?? 0),
      bytesOut: Number(answer.headers['content-length'] ?? sizeOf(answer.body)),
    });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const method = request.method ?? 'GET';
    const preflight = engines.s3?.anonymous?.({ method, url, headers: request.headers });
    if (preflight) return writeAnswer(request, response, preflight);

    let service: ServiceName = 's3';
    let call: AwsCall | undefined;
    let answer: AwsAnswer | 'reset';
    try {
      const caller: Signature = identifyCaller(
        { method, url, rawUrl: request.url ?? '/', headers: request.headers },
        options,
      );
      service = caller.service;
      const engine = engines[service];
      if (!engine) throw new AwsError('UnknownOperationException', `The local runtime has no ${service}.`);
      const action = engine.actionOf?.({ method, url, headers: request.headers }) ?? targetOf(request);
      const body = engine.streams?.(action) ? request : await readBody(request);
      const input: unknown =
        service === 's3' || !Buffer.isBuffer(body) ? undefined : JSON.parse(body.toString('utf8') || '{}');
      const hungUp = new AbortController();
      response.once('close', () => response.writableFinished || hungUp.abort());
      call = {
        service,
        action,
        method,
        url,
        headers: request.headers,
        body,
        input,
        principal: caller.principal,
        signal: hungUp.signal,
      };
      answer = await answerOf(call, engine);
    } catch (error) {
      answer = failure(service, error);
    }
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (call) record(call, answer);
    const extra = engines[service]?.extraHeaders?.({ method, url, headers: request.headers });
    await writeAnswer(request, response, extra ? { ...answer, headers: { ...answer.headers, ...extra } } : answer);
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  // Nagle's delay would cost 40 ms on answers that leave in two writes.
  server.on('connection', (socket) => socket.setNoDelay(true));
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    meter,
    faults,
    denials,
    async close() {
      closing = true;
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

/** A stream tells its length in a header. */
function sizeOf(body: AwsAnswer['body']): number {
  return typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.byteLength(body) : 0;
}

function targetOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  const action = typeof target === 'string' ? target.split('.')[1] : undefined;
  if (!action) throw new AwsError('MissingAction', 'The request has no X-Amz-Target.');
  return action;
}
