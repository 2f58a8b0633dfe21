import type { Runtime } from './runtime.ts';

export interface Stops {
  /** Aborted before the first thing is stopped. */
  readonly signal: AbortSignal;
  add(stop: () => Promise<void> | void): void;
  /** Stops everything, the last added first, each once; what fails is logged and does not keep the rest running. */
  run(): Promise<void>;
}

export function createStops(log: Runtime['log']): Stops {
  const stopping = new AbortController();
  const stops: (() => Promise<void> | void)[] = [];
  let running: Promise<void> | undefined;
  const runAll = async () => {
    stopping.abort();
    for (let stop = stops.pop(); stop; stop = stops.pop()) {
      try {
        await stop();
      } catch (error) {
        log({ level: 'warn', source: 'runtime', message: `Something did not stop cleanly: ${String(error)}` });
      }
    }
  };
  return {
    signal: stopping.signal,
    add: (stop) => void stops.push(stop),
    run: () => (running ??= runAll()),
  };
}
