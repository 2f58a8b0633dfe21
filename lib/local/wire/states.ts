import { z } from 'zod';
import {
  createExecutions,
  type Execution,
  executionArn,
  executionName,
  type StateMachineDefinition,
} from '../states/executions.ts';
import type { StatesRuntime } from '../states/role-clients.ts';
import { maxPayloadBytes } from '../states/state-error.ts';
import { type AwsCall, AwsError, type Engine, jsonAnswer, type Need } from './engine.ts';

export interface StatesEngine extends Engine {
  /** Makes a state machine known. Throws with state and field when its definition can't be run locally. */
  create(machine: StateMachineDefinition): void;
}

const StartExecution = z.object({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().default('{}'),
});
const OfExecution = z.object({ executionArn: z.string() });
const StopExecution = OfExecution.extend({ error: z.string().optional(), cause: z.string().optional() });
const OfMachine = z.object({ stateMachineArn: z.string() });
const ListExecutions = OfMachine.extend({
  statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
  maxResults: z.number().int().min(0).max(1000).default(100),
  nextToken: z.string().regex(/^\d+$/).optional(),
});

// What AWS refuses in a name: white space, wildcards, brackets, quotes and the like, control characters.
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const invalidName = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

const needed = {
  StartExecution: 'stateMachineArn',
  ListExecutions: 'stateMachineArn',
  DescribeStateMachine: 'stateMachineArn',
  DescribeExecution: 'executionArn',
  StopExecution: 'executionArn',
} as const;

/** Step Functions behind the AWS SDK: standard executions, in memory, gone when the runtime stops. */
export function createStates(runtime: StatesRuntime): StatesEngine {
  const executions = createExecutions(runtime);

  function machineOf(arn: string) {
    const machine = executions.machine(arn);
    if (machine) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  function executionOf(arn: string): Execution {
    const execution = executions.get(arn);
    if (execution) return execution;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  const operations: Record<keyof typeof needed, (input: unknown) => object> = {
    StartExecution(given) {
      const { stateMachineArn, name = executionName(), input } = parse(StartExecution, given);
      machineOf(stateMachineArn);
      checkName(name);
      checkInput(input);
      const existing = executions.get(executionArn(stateMachineArn, name));
      // A doubled start is one run, as long as that run is open and means the same.
      if (existing && (existing.status !== 'RUNNING' || existing.input !== input))
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.arn}'`);
      const { arn, start } = existing ?? executions.start(stateMachineArn, name, input);
      return { executionArn: arn, startDate: seconds(start) };
    },
    DescribeExecution(given) {
      const execution = executionOf(parse(OfExecution, given).executionArn);
      const { input, output, error, cause } = execution;
      const result = output === undefined ? {} : { output, outputDetails: { included: true } };
      return { ...summary(execution), input, inputDetails: { included: true }, ...result, error, cause };
    },
    StopExecution(given) {
      const { executionArn: arn, error, cause } = parse(StopExecution, given);
      const execution = executionOf(arn);
      executions.stop(execution, { error, cause });
      return { stopDate: seconds(execution.stop ?? new Date()) };
    },
    ListExecutions(given) {
      const { stateMachineArn, statusFilter, maxResults, nextToken } = parse(ListExecutions, given);
      machineOf(stateMachineArn);
      const found = executions.list(stateMachineArn).filter(({ status }) => !statusFilter || status === statusFilter);
      const from = Number(nextToken ?? 0);
      const to = from + (maxResults || 100);
      return {
        executions: found.slice(from, to).map(summary),
        ...(to < found.length ? { nextToken: String(to) } : {}),
      };
    },
    DescribeStateMachine(given) {
      const { arn, name, roleArn, definition, created } = machineOf(parse(OfMachine, given).stateMachineArn);
      const described = { stateMachineArn: arn, name, roleArn, definition: JSON.stringify(definition) };
      return { ...described, type: 'STANDARD', status: 'ACTIVE', creationDate: seconds(created) };
    },
  };

  return {
    create: (machine) => executions.create(machine),
    needs: ({ action, input }) => needsOf(action, input),
    async handle(call: AwsCall) {
      if (!isKnown(call.action)) throw new AwsError('UnknownOperationException', `${call.action} is not implemented`);
      return jsonAnswer(operations[call.action](call.input));
    },
  };
}

function isKnown(action: string): action is keyof typeof needed {
  return Object.hasOwn(needed, action);
}

function needsOf(action: string, input: unknown): Need[] {
  if (!isKnown(action)) return [];
  const arn = z.record(z.string(), z.unknown()).safeParse(input).data?.[needed[action]];
  return [{ action: `states:${action}`, resource: typeof arn === 'string' ? arn : '*' }];
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
}

function checkName(name: string): void {
  if (name.length === 0 || name.length > 80 || invalidName.test(name))
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function checkInput(input: string): void {
  if (Buffer.byteLength(input) > maxPayloadBytes)
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: over ${maxPayloadBytes} bytes`);
  try {
    JSON.parse(input);
  } catch (error) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: ${String(error)}`);
  }
}

function summary({ arn, stateMachineArn, name, status, start, stop }: Execution) {
  const ended = stop ? { stopDate: seconds(stop) } : {};
  return { executionArn: arn, stateMachineArn, name, status, startDate: seconds(start), ...ended };
}

function seconds(date: Date): number {
  return date.getTime() / 1000;
}
