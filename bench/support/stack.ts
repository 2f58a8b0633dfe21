import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { BenchOptions } from './bench.ts';

export const StackAddresses = z.object({
  apiUrl: z.string(),
  gatewayUrl: z.string(),
  controlUrl: z.string(),
  /** The DynamoDB engine itself, past the gateway. */
  engineUrl: z.string(),
  tableName: z.string(),
});
export type StackAddresses = z.infer<typeof StackAddresses>;

/** Starts the stack in a process of its own, lets `work` use it, and leaves nothing behind. */
export const withStack = async (
  { assembly, onDisk }: BenchOptions,
  work: (stack: StackAddresses) => Promise<void>,
): Promise<void> => {
  const dataFolder = onDisk ? mkdtempSync(join(tmpdir(), 'heliograph-bench-')) : '';
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve-stack.ts'), assembly, dataFolder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const first = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => undefined)]);
    if (!first) throw new Error('The stack did not start');
    await work(StackAddresses.parse(JSON.parse(String(first[0]))));
  } finally {
    child.stdin.end();
    await ended;
    if (onDisk) rmSync(dataFolder, { recursive: true, force: true });
  }
};
