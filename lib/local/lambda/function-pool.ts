import { randomUUID } from 'node:crypto';
import type { InvokeOutcome, Runtime } from '../runtime.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { exitError, type Instance, startInstance } from './instance.ts';
import { createSemaphore, type Semaphore } from './semaphore.ts';
import { createUsage, type FunctionUsage } from './usage.ts';

/** How long a worker without work is kept. */
const idleMs = 60_000;

export const throttled: InvokeOutcome = {
  ok: false,
  errorType: 'TooManyRequestsException',
  errorMessage: 'Rate Exceeded.',
};

export interface FunctionPool {
  readonly definition: FunctionDefinition;
  readonly usage: FunctionUsage;
  invoke(event: unknown): Promise<InvokeOutcome>;
  /** Ends the workers that are busy, at once; returns how many. */
  kill(): number;
  /** From the next event on, the code comes from `codeFolder`. */
  replaceCode(codeFolder: string): void;
  close(): void;
}

export interface PoolOptions {
  definition: FunctionDefinition;
  environment: Record<string, string>;
  maxWorkers: number;
  /** Places that all functions without reserved concurrency share. */
  shared: Semaphore;
  log: Runtime['log'];
}

/**
 * The workers of one function. Reserved concurrency throttles, as on AWS; the number of workers that this machine
 * bears does not: whoever comes beyond it waits.
 */
export function createFunctionPool({ definition, environment, maxWorkers, shared, log }: PoolOptions): FunctionPool {
  const { name, reservedConcurrency, memoryMb } = definition;
  const usage = createUsage(name, memoryMb);
  const places = createSemaphore(Math.max(1, Math.min(maxWorkers, reservedConcurrency ?? maxWorkers)));
  const idle: { instance: Instance; reap: NodeJS.Timeout }[] = [];
  const busy = new Map<Instance, string>();
  let current = definition;
  let inFlight = 0;

  const onOutput = (line: string, stream: 'stdout' | 'stderr') => {
    usage.bytesLogged += Buffer.byteLength(line) + 1;
    log({ level: stream === 'stderr' ? 'warn' : 'info', source: name, message: line });
  };
  const rest = (instance: Instance) => {
    const reap = setTimeout(() => {
      idle.splice(idle.indexOf(entry), 1);
      instance.end(exitError('', 'after idling'));
    }, idleMs);
    reap.unref();
    const entry = { instance, reap };
    idle.push(entry);
  };
  const take = (): Instance => {
    for (let entry = idle.pop(); entry; entry = idle.pop()) {
      clearTimeout(entry.reap);
      if (entry.instance.usable()) return entry.instance;
    }
    usage.coldStarts += 1;
    return startInstance(current, environment, onOutput);
  };
  const dismissIdle = () => {
    for (const { instance, reap } of idle.splice(0)) {
      clearTimeout(reap);
      instance.end(exitError('', 'for new code'));
    }
  };

  async function run(event: string): Promise<InvokeOutcome> {
    const requestId = randomUUID();
    const code = current;
    const instance = take();
    busy.set(instance, requestId);
    const { report, ...outcome } = await instance.invoke(event, requestId);
    busy.delete(instance);
    usage.invocations += 1;
    usage.failures += outcome.ok ? 0 : 1;
    usage.billedMs += Math.max(1, report.durationMs);
    usage.initMs += report.initMs;
    usage.peakMemoryMb = Math.max(usage.peakMemoryMb, Math.round(report.usedBytes / 1024 / 1024));
    if (instance.usable() && code === current) rest(instance);
    else instance.end(exitError(requestId, 'for new code'));
    if (!outcome.ok)
      log({ level: 'error', source: name, message: `${outcome.errorType}: ${outcome.errorMessage}`, requestId });
    return outcome;
  }

  return {
    definition,
    usage,
    async invoke(event) {
      if (reservedConcurrency !== undefined && inFlight >= reservedConcurrency) {
        usage.throttles += 1;
        return throttled;
      }
      inFlight += 1;
      const payload = JSON.stringify(event ?? null);
      const leave = await places.acquire();
      const leaveShared = reservedConcurrency === undefined ? await shared.acquire() : () => undefined;
      try {
        return await run(payload);
      } finally {
        leaveShared();
        leave();
        inFlight -= 1;
      }
    },
    kill() {
      const killed = busy.size;
      for (const [instance, requestId] of busy) instance.end(exitError(requestId, 'with error: signal: killed'));
      return killed;
    },
    replaceCode(codeFolder) {
      current = { ...current, codeFolder };
      dismissIdle();
    },
    close() {
      dismissIdle();
      for (const [instance, requestId] of busy) instance.end(exitError(requestId, 'with the local stack'));
    },
  };
}
