import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createFunctions, type Functions } from '../../../../lib/local/lambda/functions.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:misbehave';
let functions: Functions;

function start(options: { timeoutSeconds?: number; memoryMb?: number; reservedConcurrency?: number } = {}) {
  const lines: string[] = [];
  functions = createFunctions({ maxPerFunction: 2, maxShared: 4, log: ({ message }) => lines.push(message) });
  functions.register(
    {
      name: 'misbehave',
      origin: 'Stack/TestMisbehaveTask1A2B3C4D',
      arn,
      roleArn: 'arn:aws:iam::000000000000:role/misbehave',
      codeFolder: join(import.meta.dirname, '../fixtures/functions'),
      handler: 'misbehave.handler',
      environment: {},
      memoryMb: 128,
      timeoutSeconds: 10,
      ...options,
    },
    { GREETING: 'hello' },
  );
  return lines;
}

afterEach(() => functions.close());

test('a function sees its own environment and nothing of the process around it', async () => {
  start();

  const outcome = await functions.invoke(arn, {});

  expect(outcome).toMatchObject({ ok: true, payload: { environment: { GREETING: 'hello' }, calls: 1 } });
});

test('a worker answers one event at a time and is used again', async () => {
  start();

  const outcomes = await Promise.all([1, 2, 3, 4].map(() => functions.invoke(arn, { how: 'wait', milliseconds: 20 })));

  expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true, true, true]);
  expect(functions.usage()).toMatchObject([{ invocations: 4, coldStarts: 2, failures: 0 }]);
});

test.each([
  ['throw', 'TypeError'],
  ['exit', 'Runtime.ExitError'],
  ['reject', 'RangeError'],
  ['heap', 'Runtime.OutOfMemory'],
  ['buffers', 'Runtime.OutOfMemory'],
])('a function that comes to grief by %s fails alone', async (how, errorType) => {
  start({ memoryMb: 64 });

  const outcome = await functions.invoke(arn, { how });
  const next = await functions.invoke(arn, {});

  expect(outcome).toMatchObject({ ok: false, errorType });
  expect(next.ok).toBe(true);
});

test('a function that loops without end is ended when its time is up', async () => {
  start({ timeoutSeconds: 0.2 });

  const outcome = await functions.invoke(arn, { how: 'loop' });

  expect(outcome).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' });
});

test('reserved concurrency throttles what comes beyond it', async () => {
  start({ reservedConcurrency: 1 });

  const [first, second] = await Promise.all([
    functions.invoke(arn, { how: 'wait', milliseconds: 20 }),
    functions.invoke(arn, { how: 'wait', milliseconds: 20 }),
  ]);

  expect(first).toMatchObject({ ok: true });
  expect(second).toMatchObject({ ok: false, errorType: 'TooManyRequestsException' });
});

test('a kill ends what the function is doing, named by its file', async () => {
  start();
  const running = functions.invoke(arn, { how: 'wait', milliseconds: 60_000 });
  await wait(50);

  const killed = functions.kill('test/misbehave.task');

  expect(killed).toBe(1);
  expect(await running).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
  expect(await functions.invoke(arn, {})).toMatchObject({ ok: true });
});

test('new code is used from the next event on', async () => {
  start();
  await functions.invoke(arn, {});

  functions.replaceCode(arn, join(import.meta.dirname, '../fixtures/functions'));

  expect(await functions.invoke(arn, {})).toMatchObject({ ok: true, payload: { calls: 1 } });
});

test('a bundle that cannot be loaded fails the invocation with the reason', async () => {
  start();
  functions.replaceCode(arn, '/nowhere');

  const outcome = await functions.invoke(arn, {});

  expect(outcome).toMatchObject({ ok: false, errorType: 'Runtime.ImportModuleError' });
});
