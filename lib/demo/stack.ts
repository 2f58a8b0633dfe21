import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homeFolder } from '../launch/launch.ts';
import { LaunchError } from '../launch/launch-error.ts';
import { runningStack, type StackAddresses } from '../launch/stack-file.ts';

const startSeconds = 120;

export interface DemoStack {
  addresses: StackAddresses;
  /** Stops the stack when the demo started it; one that ran before is left alone. */
  stop(): Promise<void>;
  startedHere: boolean;
}

/** The stack that runs, or one that is started now. @throws LaunchError with what the start said */
export const stackForDemo = async (): Promise<DemoStack> => {
  const running = await runningStack(homeFolder);
  if (running) return { addresses: running, stop: async () => {}, startedHere: false };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/local.ts'), '--no-watch'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  // A demo that ends early takes its stack with it.
  process.once('exit', () => child.kill('SIGTERM'));
  for (let waited = 0; waited < startSeconds * 4; waited += 1) {
    if (child.exitCode !== null) throw new LaunchError('The local stack did not start', said.trim(), ['See npm start']);
    const addresses = await runningStack(homeFolder);
    if (addresses) return { addresses, stop, startedHere: true };
    await sleep(250);
  }
  await stop();
  throw new LaunchError('The local stack did not start', `It was not ready after ${startSeconds} seconds.`, [
    'See npm start',
  ]);
};
