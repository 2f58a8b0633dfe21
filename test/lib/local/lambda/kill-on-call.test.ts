import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killOnCall } from '../../../../lib/local/lambda/kill-on-call.ts';
import { type RunningStack, runTemplate } from '../../../../lib/local/run.ts';
import { synthesizeFixture } from '../fixtures/fixture-app.ts';

let folder: string;
let stack: RunningStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fixture-'));
  stack = await runTemplate({ assembly: synthesizeFixture(folder), dataFolder: null, automaticSchedules: false });
});
afterAll(async () => {
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

const put = async (id: string) => (await fetch(`${stack.apiUrl}/items/${id}`, { method: 'PUT', body: id })).status;
const isThere = async (id: string) => (await fetch(`${stack.apiUrl}/items/${id}`)).ok;

test('a worker that dies after its call has written, though nobody hears of it', async () => {
  killOnCall(stack.runtime, { functionName: 'HttpFunction', nth: 2, action: 'PutItem' });

  expect([await put('one'), await put('two'), await put('three')]).toEqual([200, 500, 200]);
  expect([await isThere('one'), await isThere('two'), await isThere('three')]).toEqual([true, true, true]);
});

test('a worker that dies before its call has written nothing', async () => {
  killOnCall(stack.runtime, { functionName: 'HttpFunction', nth: 1, action: 'PutItem', phase: 'before' });

  expect(await put('four')).toBe(500);
  expect(await isThere('four')).toBe(false);
});

test('a function that is not there is named', () => {
  expect(() => killOnCall(stack.runtime, { functionName: 'nobody', nth: 1 })).toThrow('no function nobody');
});
