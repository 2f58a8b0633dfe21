import { StateMachine } from 'aws-local-stepfunctions';
import { choiceRule } from './choice-rules.ts';
import { rewriteContextPaths } from './context-paths.ts';
import { parseDefinition, type State } from './definition.ts';
import { distributedMap } from './distributed-map.ts';
import { inlineMap, parallel } from './nested-states.ts';
import { type Context, contextOption, definitionOf, type Json } from './payload-template.ts';
import type { RoleClients } from './role-clients.ts';
import { stopped } from './state-error.ts';
import { task } from './task-resources.ts';
import { wait } from './wait.ts';

/** What a run has at hand, the same for all states of one (child) execution but for the signal and `$$.Map`. */
export interface Run {
  context: Context;
  /** Aborted when the execution is stopped, times out, or a sibling has failed. */
  signal: AbortSignal;
  clients: RoleClients;
}

/** Does what the interpreter leaves to us: gets the state's effective input, gives its result. */
export type StateHandler = (input: Json, run: Run) => Promise<Json>;

/** A definition that was checked and can be run any number of times. */
export interface Machine {
  /** Runs as a part of an execution: a branch, an iteration. */
  run(input: Json, run: Run): Promise<Json>;
  timeoutSeconds: number | undefined;
}

/**
 * Checks a state machine definition and makes it runnable. Throws with state and field when anything in it is
 * invalid or not implemented. `where` names the machine in messages.
 */
export function stateMachine(definition: unknown, where: string): Machine {
  const machine = nestedMachine(rewriteContextPaths(definition, where), where);
  validate(definition, where);
  return machine;
}

// The interpreter's own validation: unreachable states, missing targets, malformed paths.
function validate(definition: unknown, where: string): StateMachine {
  try {
    return new StateMachine(definitionOf.parse(definition));
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** A branch or an item processor; its context paths are rewritten already. */
export function nestedMachine(definition: unknown, where: string): Machine {
  const { StartAt, States, TimeoutSeconds } = parseDefinition(definition, where);
  const prepared = Object.entries(States).map(([name, state]) => prepare(name, state, `${where}, state ${name}`));
  const handlers = prepared.flatMap(({ name, handler }) => (handler ? [[name, handler] as const] : []));
  const states = Object.fromEntries(prepared.map(({ name, state }) => [name, state]));
  const machine = new StateMachine(definitionOf.parse({ StartAt, States: states }), {
    validationOptions: { noValidate: true },
  });
  return { run: (input, run) => runMachine(machine, handlers, input, run), timeoutSeconds: TimeoutSeconds };
}

async function runMachine(
  machine: StateMachine,
  handlers: ReadonlyArray<readonly [string, StateHandler]>,
  input: Json,
  run: Run,
): Promise<Json> {
  if (run.signal.aborted) throw stopped();
  const bound = handlers.map(([name, handle]) => [name, (result: Json) => guarded(handle, result, run)] as const);
  const execution = machine.run(input, {
    ...contextOption(run.context),
    overrides: { taskResourceLocalHandlers: Object.fromEntries(bound) },
  });
  run.signal.addEventListener('abort', execution.abort, { once: true });
  const counted = countTransitions(execution.eventLogs, run.clients);
  try {
    return await execution.result;
  } catch (error) {
    if (run.signal.aborted) throw stopped();
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  } finally {
    run.signal.removeEventListener('abort', execution.abort);
    await counted;
  }
}

// AWS bills every entry of a state, retries among them. The log ends with the execution, however that ends.
async function countTransitions(events: AsyncIterable<{ type: string }>, clients: RoleClients): Promise<void> {
  for await (const { type } of events) {
    if (type === 'StateEntered' || type === 'StateRetried') clients.countTransition();
  }
}

/** Runs as an execution of its own, whose start and end are billed as transitions too. */
export function runExecution(machine: Machine, input: Json, run: Run): Promise<Json> {
  run.clients.countTransition();
  return machine.run(input, run).finally(() => run.clients.countTransition());
}

// An aborted interpreter still finishes its retries, without their delays: no handler may act on that.
async function guarded(handle: StateHandler, input: Json, run: Run): Promise<Json> {
  if (run.signal.aborted) throw stopped();
  return await handle(input, run);
}

// Timers overflow past 24.8 days; the interpreter's own default for a task is a minute, AWS has none.
const longestTimeoutSeconds = 2_000_000;

interface Prepared {
  name: string;
  state: Record<string, unknown>;
  handler?: StateHandler;
}

/**
 * Every state that calls, waits or nests becomes a Task with a handler of ours and keeps its input, output, retry
 * and catch fields. So all of them end with the run's signal, and children of a failed state start nothing more,
 * neither of which the interpreter does.
 */
function prepare(name: string, state: State, where: string): Prepared {
  switch (state.Type) {
    case 'Task': {
      const timeout = Math.min(state.TimeoutSeconds ?? longestTimeoutSeconds, longestTimeoutSeconds);
      const limits = state.TimeoutSecondsPath === undefined ? { TimeoutSeconds: timeout } : {};
      return { name, state: { ...state, ...limits }, handler: task(state, where) };
    }
    case 'Wait':
      return { name, state: asTask(state), handler: wait(state, where) };
    case 'Parallel':
      return { name, state: asTask(state), handler: parallel(state, where) };
    case 'Map': {
      const handler = isDistributed(state.ItemProcessor) ? distributedMap : inlineMap;
      // On a Map, Parameters is the old name of ItemSelector and applies to each item.
      return { name, state: asTask({ ...state, Parameters: undefined }), handler: handler(name, state, where) };
    }
    case 'Choice':
      return { name, state: { ...state, Choices: state.Choices.map(choiceRule) } };
    case 'Pass':
    case 'Succeed':
    case 'Fail':
      break;
  }
  return { name, state };
}

const kept = ['InputPath', 'OutputPath', 'Parameters', 'ResultPath', 'ResultSelector', 'Retry', 'Catch', 'Next', 'End'];

function asTask(state: State): Record<string, unknown> {
  const fields = Object.entries(state).filter(([key, value]) => kept.includes(key) && value !== undefined);
  return { ...Object.fromEntries(fields), Type: 'Task', Resource: 'local', TimeoutSeconds: longestTimeoutSeconds };
}

function isDistributed(processor: unknown): boolean {
  if (typeof processor !== 'object' || processor === null || !('ProcessorConfig' in processor)) return false;
  const config = processor.ProcessorConfig;
  return typeof config === 'object' && config !== null && 'Mode' in config && config.Mode === 'DISTRIBUTED';
}
