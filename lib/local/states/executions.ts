import { randomUUID } from 'node:crypto';
import { type Machine, runExecution, stateMachine } from './machine.ts';
import { type Context, type Json, json } from './payload-template.ts';
import { type RoleClients, roleClients, type StatesRuntime } from './role-clients.ts';
import { failureOf } from './state-error.ts';

/** A state machine of the template. */
export interface StateMachineDefinition {
  name: string;
  arn: string;
  roleArn: string;
  /** Amazon States Language, parsed; intrinsic functions of CloudFormation are resolved. */
  definition: unknown;
}

export interface StateMachineEntry extends StateMachineDefinition {
  created: Date;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution; kept in memory only, until the runtime stops. */
export interface Execution {
  arn: string;
  name: string;
  stateMachineArn: string;
  status: ExecutionStatus;
  /** JSON text, as it was given. */
  input: string;
  start: Date;
  stop?: Date;
  /** JSON text. */
  output?: string;
  error?: string;
  cause?: string;
}

export interface Executions {
  /** Throws with state and field when the definition holds something that is not implemented. */
  create(machine: StateMachineDefinition): void;
  machine(arn: string): StateMachineEntry | undefined;
  /** Starts an execution under a name that is not taken. */
  start(machineArn: string, name: string, input: string): Execution;
  /** Ends a running execution as ABORTED; one that has ended stays as it is. */
  stop(execution: Execution, reason: { error?: string; cause?: string }): void;
  get(executionArn: string): Execution | undefined;
  /** Of a machine, the last started first. */
  list(machineArn: string): Execution[];
}

interface Runnable extends StateMachineEntry {
  runs: Machine;
  clients: RoleClients;
}

// The longest timer of Node; beyond it a timeout would fire at once.
const longestTimeoutSeconds = 2_147_483;

/** The state machines of a runtime and their executions. */
export function createExecutions(runtime: StatesRuntime): Executions {
  const machines = new Map<string, Runnable>();
  const executions = new Map<string, Execution>();
  const running = new Map<string, AbortController>();

  function end(execution: Execution, result: Pick<Execution, 'status' | 'output' | 'error' | 'cause'>): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, result, { stop: new Date() });
    running.get(execution.arn)?.abort();
    running.delete(execution.arn);
    if (result.status === 'SUCCEEDED' || runtime.stopping.aborted) return;
    const { arn, error, cause } = execution;
    const level = result.status === 'ABORTED' ? 'warn' : 'error';
    const source = `states/${machines.get(execution.stateMachineArn)?.name}`;
    runtime.log({ level, source, message: `Execution ${result.status}`, execution: arn, error, cause });
  }

  async function run({ runs, clients, ...machine }: Runnable, execution: Execution): Promise<void> {
    const abort = new AbortController();
    running.set(execution.arn, abort);
    const input: Json = json.parse(JSON.parse(execution.input));
    const context: Context = {
      Origin: {
        Id: execution.arn,
        Name: execution.name,
        RoleArn: machine.roleArn,
        StartTime: execution.start.toISOString(),
        Input: input,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
    const seconds = Math.min(runs.timeoutSeconds ?? longestTimeoutSeconds, longestTimeoutSeconds);
    const timeout = setTimeout(() => end(execution, { status: 'TIMED_OUT', error: 'States.Timeout' }), seconds * 1000);
    try {
      const output = await runExecution(runs, input, { context, signal: abort.signal, clients });
      end(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (error) {
      end(execution, { status: 'FAILED', ...failureOf(error) });
    } finally {
      clearTimeout(timeout);
    }
  }

  runtime.stopping.addEventListener(
    'abort',
    () => {
      for (const arn of running.keys()) {
        const execution = executions.get(arn);
        if (execution) end(execution, { status: 'ABORTED', cause: 'The local runtime stopped' });
      }
    },
    { once: true },
  );

  return {
    create(machine) {
      const runs = stateMachine(machine.definition, `State machine ${machine.name}`);
      machines.set(machine.arn, {
        ...machine,
        created: new Date(),
        runs,
        clients: roleClients(runtime, machine.roleArn),
      });
    },
    machine: (arn) => machines.get(arn),
    start(machineArn, name, input) {
      const machine = machines.get(machineArn);
      if (!machine) throw new Error(`There is no state machine ${machineArn}`);
      const arn = executionArn(machineArn, name);
      const start = new Date();
      const execution: Execution = { arn, name, stateMachineArn: machineArn, status: 'RUNNING', input, start };
      executions.set(arn, execution);
      void run(machine, execution);
      return execution;
    },
    stop: (execution, reason) => end(execution, { status: 'ABORTED', ...reason }),
    get: (arn) => executions.get(arn),
    list: (machineArn) => [...executions.values()].filter((one) => one.stateMachineArn === machineArn).toReversed(),
  };
}

/** The ARN of an execution of a machine. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** A name for an execution that was started without one. */
export function executionName(): string {
  return randomUUID();
}
