import { randomUUID } from 'node:crypto';
import { concurrently } from './concurrently.ts';
import type { MapState } from './definition.ts';
import { failureTolerance, toleratedFailures } from './failure-tolerance.ts';
import { itemBatcher } from './item-batches.ts';
import { itemReader } from './item-reader.ts';
import { type Machine, nestedMachine, type Run, runExecution, type StateHandler } from './machine.ts';
import { type ChildResult, resultsInMemory } from './map-results.ts';
import { itemSelector, mapConcurrency, mapItems } from './nested-states.ts';
import { type Context, type Json, payloadTemplate } from './payload-template.ts';
import { ResultLocation, resultsInS3 } from './result-writer.ts';
import { failureOf, StateError, stopped } from './state-error.ts';

// AWS goes up to 10,000 children at once; here the functions' workers are the bound, and this one is the memory's.
const mostChildren = 100;

/**
 * A Map state in the mode DISTRIBUTED: items from S3 or from the input, in batches, each batch an execution of its
 * own, with the tolerated failures and the ResultWriter of the state. Items are read as children take them.
 */
export function distributedMap(name: string, state: MapState, where: string): StateHandler {
  const processor = nestedMachine(state.ItemProcessor, `${where}, item processor`);
  const batched = itemBatcher(state.ItemBatcher, where);
  const selector = itemSelector(state);
  const read = state.ItemReader && itemReader(state.ItemReader);
  const resultLocation = state.ResultWriter && payloadTemplate(state.ResultWriter.Parameters);
  const label = state.Label ?? name.replace(/[^\w-]/g, '').slice(0, 40);

  async function* selected(input: Json, { context, clients }: Run): AsyncGenerator<Json> {
    const items = read ? read(input, context, clients.s3) : await mapItems(state, input, context);
    let Index = 0;
    for await (const Value of items)
      yield selector(input, Value, { ...context, Map: { Item: { Index: Index++, Value } } });
  }

  return async (input, run) => {
    const { clients, context } = run;
    // Each child is an execution that the machine's role starts.
    clients.demand('states:StartExecution', context.StateMachine.Id);
    const limit = await mapConcurrency(state, input, context);
    const tolerance = failureTolerance(await toleratedFailures(state, input, context));
    const mapRun = mapRunOf(context, label);
    const results = resultLocation
      ? await resultsInS3(clients.s3, ResultLocation.parse(await resultLocation(input, context)), mapRun.arn)
      : resultsInMemory();
    const ending = new AbortController();
    const signal = AbortSignal.any([run.signal, ending.signal]);
    const endedBy = async function* <T>(items: AsyncIterable<T>) {
      try {
        yield* items;
      } catch (error) {
        ending.abort();
        throw error;
      }
    };
    try {
      const children = endedBy(batched(selected(input, run), input, context));
      await concurrently(children, Math.min(limit || mostChildren, mostChildren), signal, async (child, index) => {
        const result = await runChild(processor, child.input, index, mapRun, { ...run, signal });
        if (signal.aborted) return;
        tolerance.count(child.items, result.outcome.ok);
        await results.add(result);
        if (tolerance.exceeded('so far')) ending.abort();
      });
      if (run.signal.aborted) throw stopped();
      clients.log({
        level: 'info',
        source: 'states',
        message: 'Map run ended',
        mapRun: mapRun.arn,
        ...tolerance.counts(),
      });
      const result = await results.finish();
      if (!tolerance.exceeded('at the end')) return result;
      const cause = 'The specified tolerated failure threshold was exceeded';
      throw new StateError('States.ExceedToleratedFailureThreshold', cause);
    } finally {
      await results.discard();
    }
  };
}

interface MapRun {
  arn: string;
  childMachineArn: string;
  childMachineName: string;
  childArn: (name: string) => string;
}

function mapRunOf({ StateMachine }: Context, label: string): MapRun {
  const childMachineArn = `${StateMachine.Id}/${label}`;
  return {
    arn: `${childMachineArn.replace(':stateMachine:', ':mapRun:')}:${randomUUID()}`,
    childMachineArn,
    childMachineName: `${StateMachine.Name}/${label}`,
    childArn: (name) => `${childMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
  };
}

async function runChild(
  processor: Machine,
  input: Json,
  index: number,
  mapRun: MapRun,
  run: Run,
): Promise<ChildResult> {
  const start = new Date();
  const name = randomUUID();
  const executionArn = mapRun.childArn(name);
  const context: Context = {
    Origin: {
      Id: executionArn,
      Name: name,
      RoleArn: run.clients.roleArn,
      StartTime: start.toISOString(),
      Input: input,
    },
    StateMachine: { Id: mapRun.childMachineArn, Name: mapRun.childMachineName },
  };
  const outcome = await runExecution(processor, input, { ...run, context }).then(
    (output) => ({ ok: true as const, output }),
    (error: unknown) => ({ ok: false as const, ...failureOf(error) }),
  );
  const stop = new Date();
  return { executionArn, name, stateMachineArn: mapRun.childMachineArn, index, input, start, stop, outcome };
}
