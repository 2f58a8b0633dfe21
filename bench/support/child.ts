import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { z } from 'zod';

/**
 * Runs a script in a process of its own, so that it shares no thread with what measures it: lets `work` use what the
 * script's first line says, in JSON, then ends its standard input, which ends the script.
 */
export const withChild = async <T>(
  script: string,
  args: readonly string[],
  said: z.ZodType<T>,
  work: (said: T) => Promise<void>,
): Promise<void> => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    const first = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => undefined)]);
    if (!first) throw new Error(`${script} did not start`);
    await work(said.parse(JSON.parse(String(first[0]))));
  } finally {
    child.stdin.end();
    await ended;
  }
};
