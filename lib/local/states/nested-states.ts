import { concurrently } from './concurrently.ts';
import type { MapState, ParallelState } from './definition.ts';
import { type Machine, nestedMachine, type Run, type StateHandler } from './machine.ts';
import { type Context, type Json, payloadTemplate, valueAt } from './payload-template.ts';
import { StateError, withinPayloadLimit } from './state-error.ts';

// AWS runs an inline map without a limit of its own with up to 40 iterations at once.
const inlineConcurrency = 40;

/** A Parallel state: all branches at once; the first that fails stops the others. */
export function parallel(state: ParallelState, where: string): StateHandler {
  const branches = state.Branches.map((branch, index) => nestedMachine(branch, `${where}, branch ${index}`));
  return (input, run) =>
    together(run, where, (runOne) => Promise.all(branches.map((branch) => runOne(branch, input, run.context))));
}

/** A Map state whose iterations are part of the execution; the first that fails stops the others. */
export function inlineMap(_name: string, state: MapState, where: string): StateHandler {
  const distributedOnly = [
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'Label',
    'ToleratedFailureCount',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentage',
    'ToleratedFailurePercentagePath',
  ] as const;
  const refused = distributedOnly.find((field) => state[field] !== undefined);
  if (refused) throw new Error(`${where}: ${refused} needs the mode DISTRIBUTED`);
  const processor = nestedMachine(state.ItemProcessor ?? state.Iterator, `${where}, item processor`);
  const selector = itemSelector(state);
  return async (input, run) => {
    const items = await mapItems(state, input, run.context);
    const limit = await mapConcurrency(state, input, run.context);
    return await together(run, where, async (runOne, signal) => {
      const results: Json[] = Array.from({ length: items.length }, () => null);
      await concurrently(items.entries(), limit || inlineConcurrency, signal, async ([Index, Value]) => {
        const context = { ...run.context, Map: { Item: { Index, Value } } };
        results[Index] = await runOne(processor, await selector(input, Value, context), context);
      });
      return results;
    });
  };
}

/** The input of one item's child: the item, or what ItemSelector makes of the state's input and the item. */
export function itemSelector(state: MapState): (input: Json, item: Json, context: Context) => Promise<Json> {
  const template = state.ItemSelector ?? state.Parameters;
  if (template === undefined) return async (_input, item) => item;
  const fill = payloadTemplate(template);
  return (input, _item, context) => fill(input, context);
}

/** The items of a Map state that reads them from its own input. */
export async function mapItems(state: MapState, input: Json, context: Context): Promise<Json[]> {
  const items = state.ItemsPath === undefined ? input : await valueAt(state.ItemsPath, input, context);
  if (Array.isArray(items)) return items;
  throw new StateError('States.Runtime', 'The items of a Map state must be an array', { final: true });
}

/** The concurrency that the state asks for; 0 leaves it open. */
export async function mapConcurrency(state: MapState, input: Json, context: Context): Promise<number> {
  if (state.MaxConcurrencyPath === undefined) return state.MaxConcurrency ?? 0;
  const limit = await valueAt(state.MaxConcurrencyPath, input, context);
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 0) return limit;
  throw new StateError('States.Runtime', `${state.MaxConcurrencyPath} is no whole number`, { final: true });
}

type RunOne = (machine: Machine, input: Json, context: Context) => Promise<Json>;

async function together(
  run: Run,
  where: string,
  work: (runOne: RunOne, signal: AbortSignal) => Promise<Json[]>,
): Promise<Json> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([run.signal, siblings.signal]);
  const runOne: RunOne = async (machine, input, context) => {
    try {
      return await machine.run(input, { ...run, context, signal });
    } catch (error) {
      siblings.abort();
      throw error;
    }
  };
  return withinPayloadLimit(await work(runOne, signal), `The result of ${where}`);
}
