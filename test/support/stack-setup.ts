import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startStack, type TestStack } from './start-stack.ts';

export type StackAddresses = TestStack['addresses'] & {
  /** Where CDK synthesized into. */
  assembly: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackAddresses;
  }
}

/** One running stack for all tests that want one. */
export const setup = async (project: TestProject) => {
  const assembly = mkdtempSync(join(tmpdir(), 'heliograph-'));
  execFileSync(process.execPath, ['bin/app.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, CDK_OUTDIR: assembly },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { addresses, close } = await startStack(assembly, {
    log: ({ level, source, message }) => {
      if (process.env.STACK_LOG || level === 'error') process.stderr.write(`${source}: ${message}\n`);
    },
  });
  project.provide('stack', { ...addresses, assembly });
  return async () => {
    await close();
    rmSync(assembly, { recursive: true, force: true });
  };
};
