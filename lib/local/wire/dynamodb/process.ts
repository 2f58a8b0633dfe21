import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Runtime } from '../../runtime.ts';
import { findDynoxide } from './binary.ts';

/**
 * Ends the engine when its standard input closes, which the kernel does even when the runner is killed hard: an
 * engine left behind would hold the table's file.
 */
const watchdog = 'exec 3<&0; "$0" "$@" </dev/null & pid=$!; { cat <&3 >/dev/null; kill -9 $pid; } & wait $pid';
/** It needs 25 ms; a machine that starts everything at once may keep it waiting. */
const startMilliseconds = 60_000;
const attempts = 3;

export interface DynoxideProcess {
  endpoint: string;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('No free port.');
  return address.port;
}

function launch(port: number, databaseFile: string | null): ChildProcess {
  const binary = findDynoxide();
  const parameters = ['serve', '--host', '127.0.0.1', '--port', String(port)];
  if (databaseFile) parameters.push('--db-path', databaseFile);
  const stdio = ['pipe', 'ignore', 'pipe'] as const;
  return process.platform === 'win32'
    ? spawn(binary, parameters, { stdio: [...stdio] })
    : // A group of its own: ^C in a terminal reaches the runtime alone, which ends its engine last.
      spawn('/bin/sh', ['-c', watchdog, binary, ...parameters], { stdio: [...stdio], detached: true });
}

/** True once the child answers; false when it ended first, which is also how a taken port shows. */
async function answers(child: ChildProcess, endpoint: string): Promise<boolean> {
  const deadline = Date.now() + startMilliseconds;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const response = await fetch(endpoint, { method: 'POST', body: '{}' }).catch(() => undefined);
    if (response?.headers.has('x-dynoxide-version')) {
      // Had another process the port, ours would end now, since it can't bind.
      await wait(20);
      return child.exitCode === null;
    }
    await wait(5);
  }
  return false;
}

/**
 * Starts dynoxide on a free port of 127.0.0.1, in memory or on a file, and ends it with this process.
 * Throws with what it printed when it does not come up.
 */
export async function startDynoxide(databaseFile: string | null, log: Runtime['log']): Promise<DynoxideProcess> {
  let printed = '';
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const port = await freePort();
    const child = launch(port, databaseFile);
    child.stderr?.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString('utf8')).slice(-2000);
    });
    child.once('error', (error) => {
      printed += error.message;
    });
    child.stdin?.on('error', () => undefined);
    const endpoint = `http://127.0.0.1:${port}`;
    let closing = false;
    const stop = () => {
      closing = true;
      // The watchdog kills it; on Windows there is none.
      child.stdin?.destroy();
      if (process.platform === 'win32') child.kill('SIGKILL');
    };
    process.once('exit', stop);
    if (await answers(child, endpoint)) {
      child.once('exit', (code) => {
        if (!closing)
          log({ level: 'error', source: 'dynamodb', message: `The DynamoDB engine ended (${code}).`, printed });
      });
      return {
        endpoint,
        async close() {
          process.off('exit', stop);
          if (child.exitCode !== null || child.signalCode !== null) return;
          stop();
          await once(child, 'exit');
        },
      };
    }
    process.off('exit', stop);
    stop();
  }
  throw new Error(`The DynamoDB engine did not come up. It printed: ${printed || '(nothing)'}`);
}
