import { afterEach, expect, test } from 'vitest';
import type { Runtime } from '../../../../lib/local/runtime.ts';
import { createExecutions } from '../../../../lib/local/states/executions.ts';
import { type FakeFunction, fakeRuntime, functionArn } from '../support/fake-runtime.ts';
import { ended, machineArn, outputOf, runDefinition } from '../support/run-definition.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

async function runtimeWith(functions: Record<string, FakeFunction> = {}) {
  const fake = await fakeRuntime(functions);
  stop = fake.stop;
  return fake;
}

/** A LambdaInvoke as CDK writes it. */
const invoke = (name: string, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: functionArn(name), 'Payload.$': '$' },
  ...more,
});
const machine = (States: object) => ({ StartAt: Object.keys(States)[0], States });
const failing = (name: string, message: string) => () => {
  throw Object.assign(new Error(message), { name });
};

test('a function gets the payload, and its answer becomes the output', async () => {
  const { runtime, invocations } = await runtimeWith({ double: (event) => ({ twice: [event, event] }) });
  const definition = machine({ Double: invoke('double', { OutputPath: '$.Payload', End: true }) });

  const execution = await runDefinition(runtime, definition, { n: 1 });

  expect(outputOf(execution)).toEqual({ twice: [{ n: 1 }, { n: 1 }] });
  expect(invocations[0]?.invoker).toEqual({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/machine' });
});

test('a function named by its ARN alone answers without an envelope', async () => {
  const { runtime } = await runtimeWith({ echo: (event) => event });
  const definition = machine({ Echo: { Type: 'Task', Resource: functionArn('echo'), ResultPath: '$.r', End: true } });

  const execution = await runDefinition(runtime, definition, { n: 1 });

  expect(outputOf(execution)).toEqual({ n: 1, r: { n: 1 } });
});

test('the name of a thrown error is what Catch matches', async () => {
  const { runtime } = await runtimeWith({ refuse: failing('CAMPAIGN_PAUSED', 'not now') });
  const caught = [
    { ErrorEquals: ['OTHER'], Next: 'Wrong' },
    { ErrorEquals: ['CAMPAIGN_PAUSED'], ResultPath: '$.error', Next: 'Right' },
  ];
  const definition = machine({
    Refuse: invoke('refuse', { Catch: caught, Next: 'Wrong' }),
    Wrong: { Type: 'Fail' },
    Right: { Type: 'Succeed' },
  });

  const execution = await runDefinition(runtime, definition, { n: 1 });

  expect(outputOf(execution)).toMatchObject({ n: 1, error: { Error: 'CAMPAIGN_PAUSED' } });
});

test('a failure that nothing catches fails the execution with its name, and is logged', async () => {
  const { runtime, logged } = await runtimeWith({ refuse: failing('BROKEN', 'in two') });

  const execution = await runDefinition(runtime, machine({ Refuse: invoke('refuse') }));

  expect(execution).toMatchObject({ status: 'FAILED', error: 'BROKEN' });
  expect(JSON.parse(execution.cause ?? '')).toEqual({ errorType: 'BROKEN', errorMessage: 'in two' });
  expect(logged).toContainEqual(expect.objectContaining({ level: 'error', source: 'states/machine', error: 'BROKEN' }));
});

test('a retried task is called again until it answers', async () => {
  let calls = 0;
  const { runtime } = await runtimeWith({ flaky: () => (++calls < 3 ? failing('Busy', '')() : calls) });
  const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 0, MaxAttempts: 5 }];

  const execution = await runDefinition(
    runtime,
    machine({ Flaky: invoke('flaky', { Retry, OutputPath: '$.Payload', End: true }) }),
  );

  expect(outputOf(execution)).toBe(3);
});

test('a function that the role may not invoke fails with an exception of the service', async () => {
  const { runtime } = await runtimeWith();

  const execution = await runDefinition(runtime, machine({ Forbidden: invoke('forbidden') }));

  expect(execution).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
});

test('a choice on an absent value takes its branch', async () => {
  const { runtime } = await runtimeWith();
  const definition = machine({
    Choose: {
      Type: 'Choice',
      Choices: [
        {
          And: [
            { Variable: '$.n', IsPresent: true },
            { Variable: '$.x', IsPresent: false },
          ],
          Next: 'Absent',
        },
      ],
      Default: 'Present',
    },
    Absent: { Type: 'Pass', Result: 'absent', End: true },
    Present: { Type: 'Pass', Result: 'present', End: true },
  });

  const [absent, present] = [
    await runDefinition(runtime, definition, { n: 1 }),
    await runDefinition(runtime, definition, { n: 1, x: 1 }),
  ];

  expect([outputOf(absent), outputOf(present)]).toEqual(['absent', 'present']);
});

test('an inline map runs its items with the context of item and execution', async () => {
  const { runtime } = await runtimeWith({ echo: (event) => event });
  const definition = machine({
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 2,
      ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'all.$': '$.items' },
      ItemProcessor: {
        ...machine({
          Echo: invoke('echo', {
            ResultSelector: { 'item.$': '$.Payload.item', 'from.$': '$$.Execution.Input.name' },
            End: true,
          }),
        }),
        ProcessorConfig: { Mode: 'INLINE' },
      },
      ResultPath: '$.done',
      End: true,
    },
  });

  const execution = await runDefinition(runtime, definition, { name: 'run', items: ['a', 'b', 'c'] });

  expect(outputOf(execution)).toMatchObject({
    done: [
      { item: 'a', from: 'run' },
      { item: 'b', from: 'run' },
      { item: 'c', from: 'run' },
    ],
  });
});

test('a failed item of an inline map stops the items that have not started', async () => {
  const { runtime, invocations } = await runtimeWith({ refuse: failing('BROKEN', '') });
  const ItemProcessor = machine({ Refuse: invoke('refuse') });
  const definition = machine({ Each: { Type: 'Map', ItemProcessor, MaxConcurrency: 1, End: true } });

  const execution = await runDefinition(runtime, definition, [1, 2, 3, 4]);

  expect(execution).toMatchObject({ status: 'FAILED', error: 'BROKEN' });
  expect(invocations).toHaveLength(1);
});

test('the branches of a parallel state give their results in order', async () => {
  const { runtime } = await runtimeWith();
  const branch = (Result: string) => machine({ [Result]: { Type: 'Pass', Result, End: true } });
  const definition = machine({ Both: { Type: 'Parallel', Branches: [branch('one'), branch('two')], End: true } });

  const execution = await runDefinition(runtime, definition);

  expect(outputOf(execution)).toEqual(['one', 'two']);
});

test('a branch that waits ends when its sibling fails', async () => {
  const { runtime } = await runtimeWith();
  const Branches = [
    machine({ Long: { Type: 'Wait', Seconds: 3600, End: true } }),
    machine({ Broken: { Type: 'Fail', Error: 'BROKEN', Cause: 'on purpose' } }),
  ];

  const execution = await runDefinition(runtime, machine({ Both: { Type: 'Parallel', Branches, End: true } }));

  expect(execution).toMatchObject({ status: 'FAILED', error: 'BROKEN', cause: 'on purpose' });
});

test('a wait of months goes on waiting, and ends as aborted when the runtime stops', async () => {
  const fake = await runtimeWith();
  const execution = runDefinition(fake.runtime, machine({ Wait: { Type: 'Wait', Seconds: 90 * 86_400, End: true } }));
  await new Promise((resolve) => setTimeout(resolve, 20));

  await fake.stop();
  stop = async () => {};

  expect((await execution).status).toBe('ABORTED');
});

test('an execution over its time ends as timed out', async () => {
  const { runtime } = await runtimeWith();
  const definition = { ...machine({ Wait: { Type: 'Wait', Seconds: 3600, End: true } }), TimeoutSeconds: 1 };

  expect(await runDefinition(runtime, definition)).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
});

test('a stopped execution calls nothing more, whatever its retries say', async () => {
  const { runtime, invocations } = await runtimeWith({ refuse: failing('BROKEN', '') });
  const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3600, MaxAttempts: 99 }];
  const executions = createExecutions(runtime);
  const definition = machine({ Refuse: invoke('refuse', { Retry, End: true }) });
  executions.create({ name: 'machine', arn: machineArn, roleArn: 'role', definition });
  const execution = executions.start(machineArn, 'run', '{}');
  await expect.poll(() => invocations.length).toBe(1);

  executions.stop(execution, { cause: 'by hand' });
  await ended(execution);
  await new Promise((resolve) => setTimeout(resolve, 20));

  expect(execution).toMatchObject({ status: 'ABORTED', cause: 'by hand' });
  expect(invocations).toHaveLength(1);
});

test('a result over 256 KiB fails with the data limit, past any catch', async () => {
  const { runtime } = await runtimeWith({ much: () => 'x'.repeat(300_000) });
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];
  const definition = machine({ Much: invoke('much', { Catch, End: true }), Caught: { Type: 'Succeed' } });

  expect(await runDefinition(runtime, definition)).toMatchObject({
    status: 'FAILED',
    error: 'States.DataLimitExceeded',
  });
});

const refused: [string, object][] = [
  ['QueryLanguage', { QueryLanguage: 'JSONata', ...machine({ Pass: { Type: 'Pass', End: true } }) }],
  ['Assign', machine({ Pass: { Type: 'Pass', Assign: { a: 1 }, End: true } })],
  ['variables', machine({ Pass: { Type: 'Pass', Parameters: { 'a.$': '$a' }, End: true } })],
  ['$$.State.Name', machine({ Pass: { Type: 'Pass', Parameters: { 'a.$': '$$.State.Name' }, End: true } })],
  [
    'waitForTaskToken',
    machine({ Task: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true } }),
  ],
  [
    'aws-sdk:s3:copyObject',
    machine({ Task: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:s3:copyObject', End: true } }),
  ],
  ['Elsewhere', machine({ Pass: { Type: 'Pass', Next: 'Elsewhere' } })],
  ['InvocationType', machine({ Task: { ...invoke('f'), Parameters: { FunctionName: 'f', InvocationType: 'Event' } } })],
];
test.each(refused)('a definition with %s is refused by name at the start', async (name, definition) => {
  const { runtime } = await runtimeWith();

  expect(() => create(runtime, definition)).toThrow(name);
});

function create(runtime: Runtime, definition: object): void {
  createExecutions(runtime).create({ name: 'machine', arn: machineArn, roleArn: 'role', definition });
}
