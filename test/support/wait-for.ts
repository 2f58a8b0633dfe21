import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 100;

/** Reads until what was read is `done`, and answers it. @throws Error with the last that was read, after `seconds` */
export const waitFor = async <T>(
  what: string,
  read: () => Promise<T>,
  done: (value: T) => boolean,
  seconds = 90,
): Promise<T> => {
  const giveUpAt = performance.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (performance.now() > giveUpAt)
      throw new Error(`Waited ${seconds} s for ${what}; last seen: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await sleep(pollMs);
  }
};
