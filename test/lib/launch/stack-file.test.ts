import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claim, removeStackFile, runningStack, writeStackFile } from '../../../lib/launch/stack-file.ts';
import { listen, sendJson } from '../../../lib/local/http/listeners.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'home-'));
});
afterEach(() => rm(folder, { recursive: true }));

const addresses = {
  apiUrl: 'a',
  webhookUrl: 'w',
  handsetsUrl: 'h',
  mailboxUrl: 'm',
  gatewayUrl: 'g',
  controlUrl: 'http://127.0.0.1:9',
};
/** Above what Linux gives by default, so that no process has it. */
const deadPid = 4_194_304;

test('a stack is found by its file while it answers', async () => {
  const listener = await listen(0);
  listener.serve(async (_, response) => sendJson(response, 200, {}));
  writeStackFile(folder, { ...addresses, controlUrl: listener.url, pid: process.pid });

  const found = await runningStack(folder);
  await listener.close();

  expect(found).toMatchObject({ apiUrl: 'a', pid: process.pid });
  expect(await runningStack(folder)).toBeUndefined();
});

test('the file of a process that is gone is no running stack', async () => {
  writeStackFile(folder, { ...addresses, pid: deadPid });

  expect(await runningStack(folder)).toBeUndefined();
});

test('a folder belongs to one process; what a killed one left is taken over', async () => {
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.ppid }));
  expect(claim(folder)).toEqual({ claimed: false, pid: process.ppid });

  await writeFile(join(folder, 'lock'), JSON.stringify({ pid: deadPid }));
  expect(claim(folder)).toEqual({ claimed: true });

  removeStackFile(folder);
  expect(claim(folder)).toEqual({ claimed: true });
});
