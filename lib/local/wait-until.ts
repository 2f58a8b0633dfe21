import { setTimeout as delay } from 'node:timers/promises';

// A longer timer of Node fires at once.
const longestTimer = 2 ** 31 - 1;

/** Waits until a time in milliseconds since 1970, months ahead if need be. Rejects when `signal` aborts. */
export async function waitUntil(time: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let left = time - Date.now(); left > 0; left = time - Date.now()) {
    await delay(Math.min(left, longestTimer), undefined, { signal });
  }
}
