/**
 * Works on the items with at most `limit` at once, taking the next item only when there is room for it. The first
 * failure stops the taking and is thrown when everything under way has ended; so does `signal`, without a failure.
 */
export async function concurrently<T>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  signal: AbortSignal,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  let index = 0;
  try {
    for await (const item of items) {
      if (signal.aborted || failures.length > 0) break;
      const one = work(item, index++)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= limit) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failures.length > 0) throw failures[0];
}
