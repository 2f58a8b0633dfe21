import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runTemplate } from '../../lib/local/run.ts';
import { startSimulator } from '../../lib/local/twilio/simulator.ts';

export interface StackAddresses {
  apiUrl: string;
  webhookUrl: string;
  gatewayUrl: string;
  controlUrl: string;
  /** The simulated provider: its Messages API and its handsets. */
  simulatorUrl: string;
  /** Where CDK synthesized into. */
  assembly: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: StackAddresses;
  }
}

/** One running stack for all tests that want one: the synthesized template, in memory, on free ports. */
export const setup = async (project: TestProject) => {
  const assembly = mkdtempSync(join(tmpdir(), 'heliograph-'));
  execFileSync(process.execPath, ['bin/app.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, CDK_OUTDIR: assembly },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Its own STOP handling is off: our suppression alone must hold.
  const simulator = await startSimulator({ port: 0, dataFile: null, blockStops: false, log: () => undefined });
  const stack = await runTemplate({
    assembly,
    dataFolder: null,
    parameters: { ProviderBaseUrl: simulator.url },
    visibilityCapSeconds: 5,
    log: ({ level, source, message }) => {
      if (process.env.STACK_LOG || level === 'error') process.stderr.write(`${source}: ${message}\n`);
    },
  });
  const webhookUrl = stack.outputs.WebhookUrl ?? '';
  simulator.setInboundUrl(`${webhookUrl}twilio/inbound`);
  const { apiUrl, gatewayUrl, controlUrl } = stack;
  project.provide('stack', { apiUrl, webhookUrl, gatewayUrl, controlUrl, simulatorUrl: simulator.url, assembly });
  return async () => {
    await stack.close();
    await simulator.close();
    rmSync(assembly, { recursive: true, force: true });
  };
};
