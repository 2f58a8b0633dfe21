import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { InvokeOutcome } from '../runtime.ts';
import type {
  FunctionDefinition,
  FunctionError,
  Invocation,
  WorkerMessage,
  WorkerSetup,
} from './function-definition.ts';

/** Lambda's own limit is 10 s; a laptop that starts everything at once may be slower. */
const initLimitMs = 60_000;
/** Small young generation: half the memory per worker at equal speed. */
const youngGenerationMb = 8;

export interface InvocationReport {
  durationMs: number;
  /** Loading the code, before the first event: Lambda bills it. 0 afterwards. */
  initMs: number;
  usedBytes: number;
}

export interface Instance {
  /** Answers one event; the next only after that. Never rejects. */
  invoke(event: string, requestId: string): Promise<InvokeOutcome & { report: InvocationReport }>;
  /** False once the worker can take no further event. */
  usable(): boolean;
  /** Ends it at once; what it was doing fails with `error`. */
  end(error: FunctionError): void;
}

export const exitError = (requestId: string, reason: string): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited ${reason}`,
});

/** Starts a worker with the bundle, the environment and the memory of a function. */
export function startInstance(
  definition: FunctionDefinition,
  environment: Record<string, string>,
  onOutput: (line: string, stream: 'stdout' | 'stderr') => void,
): Instance {
  const { codeFolder, handler, memoryMb, timeoutSeconds, name: functionName, arn: functionArn } = definition;
  const setup: WorkerSetup = { codeFolder, handler, memoryBytes: memoryMb * 1024 * 1024 };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: setup,
    env: environment,
    execArgv: [],
    name: functionName,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: youngGenerationMb },
  });
  readLines(worker.stdout, (line) => onOutput(line, 'stdout'));
  readLines(worker.stderr, (line) => onOutput(line, 'stderr'));

  const created = Date.now();
  let initialized = false;
  let ended: FunctionError | undefined;
  let usedBytes = 0;
  let settle: ((outcome: InvokeOutcome) => void) | undefined;
  const { promise: ready, resolve: announce } = Promise.withResolvers<void>();

  const end = (error: FunctionError) => {
    if (ended) return;
    ended = error;
    announce();
    settle?.({ ok: false, ...error });
    void worker.terminate();
  };
  const outOfMemory = (): FunctionError => ({
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `Runtime exited with error: signal: killed (more than ${memoryMb} MB)`,
  });

  worker.on('message', (message: WorkerMessage) => {
    if (ended) return;
    if ('usedBytes' in message) usedBytes = message.usedBytes;
    switch (message.kind) {
      case 'ready':
        return announce();
      case 'init-failed':
        return end(message.error);
      case 'memory-exceeded':
        return end(outOfMemory());
      case 'failed':
        return settle?.({ ok: false, ...message.error });
      case 'answer':
        return settle?.({ ok: true, payload: JSON.parse(message.payload) });
    }
  });
  worker.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return end(outOfMemory());
    end({ errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') ?? [] });
  });
  worker.on('exit', (code) => end(exitError('', `without providing a reason (code ${code})`)));

  const initTimer = setTimeout(
    () =>
      end({ errorType: 'Sandbox.Timedout', errorMessage: `Initialization took over ${initLimitMs / 1000} seconds` }),
    initLimitMs,
  );
  void ready.then(() => clearTimeout(initTimer));

  return {
    usable: () => ended === undefined,
    end,
    async invoke(event, requestId) {
      await ready;
      usedBytes = 0;
      const started = Date.now();
      const initMs = initialized ? 0 : started - created;
      initialized = true;
      const invocation: Invocation = {
        requestId,
        event,
        deadline: started + timeoutSeconds * 1000,
        functionName,
        functionArn,
        memoryMb,
      };
      const outcome = await new Promise<InvokeOutcome>((resolve) => {
        if (ended) return resolve({ ok: false, ...ended });
        const timedOut = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        const timer = setTimeout(
          () => end({ errorType: 'Sandbox.Timedout', errorMessage: timedOut }),
          timeoutSeconds * 1000,
        );
        settle = (result) => {
          clearTimeout(timer);
          settle = undefined;
          resolve(result);
        };
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
        worker.postMessage(invocation);
      });
      return { ...outcome, report: { durationMs: Date.now() - started, initMs, usedBytes } };
    },
  };
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  });
  stream.on('end', () => rest !== '' && onLine(rest));
}
