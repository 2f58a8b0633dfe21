import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { StackAddresses } from '../../../lib/launch/stack-file.ts';

const home = mkdtempSync(join(tmpdir(), 'heliograph-'));
const anyPort = ['--port=0', '--webhook-port=0', '--gateway-port=0', '--handsets-port=0', '--no-watch'];
let first: ChildProcess;

function run(...flags: string[]) {
  const child = spawn(process.execPath, ['bin/local.ts', ...flags], { env: { ...process.env, HELIOGRAPH_HOME: home } });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output.text += chunk.toString();
    });
  return { child, output, ended: once(child, 'close').then(([code]: unknown[]) => code) };
}
const stackFile = join(home, 'stack.json');
const addresses = () => StackAddresses.parse(JSON.parse(readFileSync(stackFile, 'utf8')));

beforeAll(async () => {
  const { child, output, ended } = run(...anyPort);
  first = child;
  // Whichever comes first: it is ready, or it gave up and said why.
  await Promise.race([vi.waitUntil(() => output.text.includes('^C to quit'), { timeout: 115_000 }), ended]);
  expect(output.text).toContain('Ready in');
});
afterAll(() => {
  first.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

test('a running stack keeps its addresses in stack.json, and the API answers there', async () => {
  const { apiUrl, pid } = addresses();

  expect(pid).toBe(first.pid);
  expect((await fetch(`${apiUrl}/health`)).status).toBe(200);
});

test('started twice, it prints where the first runs and succeeds', async () => {
  const { output, ended } = run('--json');

  expect(await ended).toBe(0);
  expect(JSON.parse(output.text)).toMatchObject(addresses());
});

test('it stops cleanly: exit code 0, no file, no process of an engine', async () => {
  const { gatewayUrl } = addresses();
  const children = readFileSync(`/proc/${first.pid}/task/${first.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  const ended = once(first, 'close');

  first.kill('SIGTERM');

  expect((await ended)[0]).toBe(0);
  expect(existsSync(stackFile)).toBe(false);
  await expect(fetch(gatewayUrl)).rejects.toThrow();
  await vi.waitUntil(() => children.every((pid) => !existsSync(`/proc/${pid}`)));
});

test('a requested port that is taken ends the start with its remedy, and leaves nothing', async () => {
  const holder = await import('../../../lib/local/http/listeners.ts').then(({ listen }) => listen(0));

  const { output, ended } = run(`--port=${holder.port}`);
  const code = await ended;
  await holder.close();

  expect(code).toBe(1);
  expect(output.text).toContain(`Port ${holder.port}`);
  expect(output.text).toContain('How to solve it');
  expect(output.text).not.toMatch(/^\s+at /m);
  expect(existsSync(join(home, 'lock'))).toBe(false);
});

test('without a stack the status says how to start one', async () => {
  const { output, ended } = run('--status');

  expect(await ended).toBe(1);
  expect(output.text).toContain('npm start');
});
