import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGateway } from '../../../../lib/local/wire/gateway.ts';
import { createPrincipals } from '../../../../lib/local/wire/principals.ts';
import { createStates } from '../../../../lib/local/wire/states.ts';
import { fakeRuntime } from '../support/fake-runtime.ts';

const roleArn = 'arn:aws:iam::000000000000:role/starter';
const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const machine = (States: object) => ({ StartAt: Object.keys(States)[0], States });
const long = machine({ Wait: { Type: 'Wait', Seconds: 3600, End: true } });
const short = machine({ Pass: { Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name' }, End: true } });

let sfn: SFNClient;
let close: () => Promise<void>;

beforeEach(async () => {
  const { runtime, stop } = await fakeRuntime();
  const states = createStates(runtime);
  for (const [name, definition] of Object.entries({ long, short }))
    states.create({ name, arn: arnOf(name), roleArn, definition });
  const principals = createPrincipals();
  principals.addRole(roleArn, [
    { Effect: 'Allow', Action: ['states:StartExecution', 'states:ListExecutions'], Resource: arnOf('*') },
    { Effect: 'Allow', Action: ['states:DescribeExecution', 'states:StopExecution'], Resource: '*' },
  ]);
  const { region, account } = runtime;
  const gateway = await startGateway({ port: 0, region, account, principals, engines: { states }, log: () => {} });
  sfn = new SFNClient({ endpoint: gateway.url, region, credentials: principals.credentialsOf(roleArn) });
  close = async () => {
    sfn.destroy();
    await gateway.close();
    await stop();
  };
});
afterEach(() => close());

const start = (machineName: string, name: string, input = '{}') =>
  sfn.send(new StartExecutionCommand({ stateMachineArn: arnOf(machineName), name, input }));
const describe = async (executionArn: string | undefined) =>
  await sfn.send(new DescribeExecutionCommand({ executionArn }));

const listRunning = (nextToken?: string) =>
  sfn.send(
    new ListExecutionsCommand({ stateMachineArn: arnOf('long'), statusFilter: 'RUNNING', maxResults: 2, nextToken }),
  );

test('an execution is started by name and described to its end', async () => {
  const { executionArn, startDate } = await start('short', 'run-1', '{"n":1}');

  await expect.poll(async () => (await describe(executionArn)).status).toBe('SUCCEEDED');

  expect(executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:short:run-1');
  expect(await describe(executionArn)).toMatchObject({
    name: 'run-1',
    stateMachineArn: arnOf('short'),
    startDate,
    stopDate: expect.any(Date),
    input: '{"n":1}',
    output: '{"name":"run-1"}',
  });
});

test('a doubled start of an open execution with the same input is one run', async () => {
  const first = await start('long', 'run-1', '{"n":1}');

  const second = await start('long', 'run-1', '{"n":1}');

  expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
});

test('a taken name with another input, or of a closed execution, is refused', async () => {
  await start('long', 'open', '{"n":1}');
  const { executionArn } = await start('short', 'closed');
  await expect.poll(async () => (await describe(executionArn)).status).toBe('SUCCEEDED');

  await expect(start('long', 'open', '{"n":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await expect(start('short', 'closed')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
});

test('a stopped execution is aborted with what the stop gave as its reason', async () => {
  const { executionArn } = await start('long', 'run-1');

  await sfn.send(new StopExecutionCommand({ executionArn, error: 'PAUSED', cause: 'by hand' }));

  expect(await describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'PAUSED', cause: 'by hand' });
});

test('executions are listed by status, the last first, in pages', async () => {
  for (const name of ['a', 'b', 'c']) await start('long', name);
  const first = await listRunning();
  const second = await listRunning(first.nextToken);

  expect([...(first.executions ?? []), ...(second.executions ?? [])].map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  expect(second.nextToken).toBeUndefined();
});

test('what is not there or malformed has the name of its error', async () => {
  await expect(start('missing', 'a')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(start('short', 'a b')).rejects.toMatchObject({ name: 'InvalidName' });
  await expect(start('short', 'a', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  await expect(describe('arn:none')).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
});

test('a call that the policies of the caller do not allow is denied', async () => {
  const call = sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arnOf('short') }));

  await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
