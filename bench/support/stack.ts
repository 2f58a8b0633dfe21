import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { BenchOptions } from './bench.ts';
import { withChild } from './child.ts';

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
  const script = join(import.meta.dirname, 'serve-stack.ts');
  try {
    await withChild(script, [assembly, dataFolder], StackAddresses, work);
  } finally {
    if (onDisk) rmSync(dataFolder, { recursive: true, force: true });
  }
};
