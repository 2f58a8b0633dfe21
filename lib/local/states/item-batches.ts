import type { MapState } from './definition.ts';
import { type Context, type Json, payloadTemplate, valueAt } from './payload-template.ts';
import { maxPayloadBytes, StateError } from './state-error.ts';

/** The input of one child, and how many items it stands for. */
export interface ChildInput {
  input: Json;
  items: number;
}

type Batch = (items: AsyncIterable<Json>, input: Json, context: Context) => AsyncGenerator<ChildInput>;

/** Hands each child one item, or with an ItemBatcher `{ Items, BatchInput }`: as many as fit by count and by size. */
export function itemBatcher(batcher: MapState['ItemBatcher'], where: string): Batch {
  if (!batcher) return oneByOne;
  if (!batcher.MaxItemsPerBatch && !batcher.MaxItemsPerBatchPath && !batcher.MaxInputBytesPerBatch)
    throw new Error(`${where}: an ItemBatcher needs MaxItemsPerBatch or MaxInputBytesPerBatch`);
  refuseLiteralPaths(batcher.BatchInput, where);
  const batchInput = payloadTemplate(batcher.BatchInput);
  return async function* (items, input, context) {
    const common: Record<string, Json> =
      batcher.BatchInput === undefined ? {} : { BatchInput: await batchInput(input, context) };
    const most = await itemsPerBatch(batcher, input, context);
    const room = (batcher.MaxInputBytesPerBatch ?? maxPayloadBytes) - sizeOf({ ...common, Items: [] }) + 1;
    let batch: Json[] = [];
    let size = 0;
    for await (const item of items) {
      const more = sizeOf(item) + 1;
      if (batch.length > 0 && (batch.length >= most || size + more > room)) {
        yield { input: { ...common, Items: batch }, items: batch.length };
        batch = [];
        size = 0;
      }
      batch.push(item);
      size += more;
    }
    if (batch.length > 0) yield { input: { ...common, Items: batch }, items: batch.length };
  };
}

async function* oneByOne(items: AsyncIterable<Json>): AsyncGenerator<ChildInput> {
  for await (const item of items) yield { input: item, items: 1 };
}

async function itemsPerBatch(
  { MaxItemsPerBatch, MaxItemsPerBatchPath }: NonNullable<MapState['ItemBatcher']>,
  input: Json,
  context: Context,
): Promise<number> {
  if (MaxItemsPerBatchPath === undefined) return MaxItemsPerBatch ?? Number.POSITIVE_INFINITY;
  const most = await valueAt(MaxItemsPerBatchPath, input, context);
  if (typeof most === 'number' && Number.isInteger(most) && most > 0) return most;
  throw new StateError('States.Runtime', `${MaxItemsPerBatchPath} is no count of items`, { final: true });
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

// CDK writes BatchInput's keys as they are given, without `.$`: AWS would hand on the path itself as text.
function refuseLiteralPaths(template: unknown, where: string): void {
  if (typeof template !== 'object' || template === null) return;
  for (const [key, value] of Object.entries(template)) {
    if (typeof value === 'string' && /^\$\$?[.[]|^\$$/.test(value) && !key.endsWith('.$'))
      throw new Error(
        `${where}: BatchInput.${key} is the text "${value}"; write its key as "${key}.$" to get the value`,
      );
    refuseLiteralPaths(value, where);
  }
}
