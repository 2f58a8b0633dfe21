import type { Runtime } from '../runtime.ts';
import { waitUntil } from '../wait-until.ts';
import type { NextTime } from './schedule-expression.ts';

/** Fires at each due time until the runtime stops, whether or not the time before has ended; failures are logged. */
export function startTimer(next: NextTime, fire: () => Promise<void>, runtime: Runtime): void {
  const loop = async () => {
    // A machine that slept does not make up for the times that it missed.
    for (let due = next(Date.now()); due !== undefined; due = next(Math.max(due, Date.now() - 1000))) {
      await waitUntil(due, runtime.stopping);
      fire().catch((error: unknown) =>
        runtime.log({ level: 'error', source: 'schedules', message: 'A schedule failed', error: String(error) }),
      );
    }
  };
  loop().catch((error: unknown) => {
    if (!runtime.stopping.aborted)
      runtime.log({ level: 'error', source: 'schedules', message: 'A schedule ended', error: String(error) });
  });
}
