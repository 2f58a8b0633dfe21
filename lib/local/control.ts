import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { listen, sendJson } from './http/listeners.ts';
import { readBody } from './http/request-body.ts';
import { killOnCall } from './lambda/kill-on-call.ts';
import type { LocalRuntime } from './local-runtime.ts';

export interface ControlOptions {
  runtime: LocalRuntime;
  status: () => unknown;
  stop: () => void;
}

const FaultRule = z.strictObject({
  kind: z.enum(['throttle', 'error500', 'reset-before', 'lost-answer', 'delay']),
  service: z.enum(['dynamodb', 's3', 'sqs', 'kms', 'states', 'ses']).optional(),
  action: z.string().optional(),
  role: z.string().optional(),
  nth: z.number().int().positive().optional(),
  probability: z.number().min(0).max(1).optional(),
  times: z.number().int().positive().optional(),
  delayMs: z.number().nonnegative().optional(),
});
const Kill = z.strictObject({
  function: z.string(),
  /** Waits for the function's nth call to AWS instead of killing at once. */
  onCall: z
    .strictObject({
      nth: z.number().int().positive(),
      service: z.string().optional(),
      action: z.string().optional(),
      phase: z.enum(['before', 'after']).optional(),
    })
    .optional(),
});
const maxBody = 1024 * 1024;

type Route = (input: unknown, name: string) => unknown;

/**
 * The person's own hand on a running stack, over HTTP: POST /kill, GET /meter, POST and DELETE /faults,
 * POST /schedules/{name}/fire, GET /status, GET /denials, POST /stop.
 */
export async function startControl({ runtime, status, stop }: ControlOptions): Promise<{ url: string }> {
  const routes: Record<string, Route> = {
    'GET /status': status,
    'GET /denials': () => runtime.gateway.denials,
    'GET /meter': () => ({
      aws: runtime.gateway.meter.snapshot(),
      functions: runtime.functions.usage(),
      apis: Object.fromEntries([...runtime.httpApis].map(([apiId, { usage }]) => [apiId, usage])),
    }),
    'POST /kill': (input) => {
      const { function: functionName, onCall } = Kill.parse(input);
      if (!onCall) return { killed: runtime.functions.kill(functionName) };
      killOnCall(runtime, { functionName, ...onCall });
      return { waiting: true };
    },
    'POST /faults': (input) => {
      runtime.gateway.faults.add(FaultRule.parse(input));
      return { added: true };
    },
    'DELETE /faults': () => {
      runtime.gateway.faults.clear();
      return { cleared: true };
    },
    'GET /schedules': () => [...runtime.schedules.values()].map(({ name, expression }) => ({ name, expression })),
    'POST /schedules/*/fire': async (_, name) => {
      const schedule = runtime.schedules.get(name);
      if (!schedule)
        throw new Error(`There is no schedule ${name}; there are ${[...runtime.schedules.keys()].join(', ')}`);
      await schedule.fire();
      return { fired: name };
    },
    'POST /stop': () => {
      setImmediate(stop);
      return { stopping: true };
    },
  };
  const listener = await listen(0);
  runtime.onStop(() => listener.close());
  listener.serve(async (request, response) => {
    const [, name = ''] = /^\/schedules\/([^/]+)\/fire$/.exec(request.url ?? '') ?? [];
    const path = name === '' ? request.url : '/schedules/*/fire';
    const route = routes[`${request.method} ${path}`];
    if (!route) return sendJson(response, 404, { message: `There is: ${Object.keys(routes).join(', ')}` });
    try {
      sendJson(response, 200, await route(await jsonOf(request), decodeURIComponent(name)));
    } catch (error) {
      sendJson(response, 400, { message: error instanceof z.ZodError ? z.prettifyError(error) : String(error) });
    }
  });
  return { url: listener.url };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, maxBody);
  return body && body.length > 0 ? JSON.parse(body.toString()) : undefined;
}
