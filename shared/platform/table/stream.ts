import type { Item } from './item.ts';
import type { Range, Table } from './table.ts';

/** A read never asks for more: a page of the table is 1 MB, several thousand small items. */
const mostAtOnce = 1000;

/** The items of one range in its order, `wanted` at a time, read as they are asked for. */
export const itemStream = <T>(table: Table, range: Range, wanted: number, parse: (item: Item) => T) => {
  let buffer: T[] = [];
  let index = 0;
  let last = range.after;
  let ended = false;
  return {
    /** The next item, the same until `advance`. */
    head: async (): Promise<T | undefined> => {
      while (index >= buffer.length && !ended) {
        const { items, next } = await table.query({ ...range, after: last, limit: Math.min(wanted, mostAtOnce) });
        buffer = items.map(parse);
        index = 0;
        last = next;
        ended = next === undefined;
      }
      return buffer[index];
    },
    advance: () => {
      index += 1;
    },
  };
};

/**
 * The items of several partitions in the order of their sort keys, whichever partition they stand in; `atOnce` at a
 * time, read as they are asked for.
 */
export async function* merged(
  table: Table,
  partitions: readonly string[],
  { atOnce, ...range }: { atOnce: number } & Omit<Range, 'pk' | 'limit'>,
): AsyncGenerator<Item, void> {
  const { reverse = false } = range;
  // Some more than its share: what is spread evenly is then read at once.
  const share = partitions.length === 1 ? atOnce : Math.ceil((atOnce / partitions.length) * 1.5) + 1;
  const streams = partitions.map((pk) => itemStream(table, { ...range, pk }, share, (item) => item));
  const heads = await Promise.all(streams.map((stream) => stream.head()));
  for (;;) {
    let first: number | undefined;
    for (const [index, head] of heads.entries()) {
      const best = first === undefined ? undefined : heads[first];
      if (head && (!best || head.sk < best.sk !== reverse)) first = index;
    }
    const item = first === undefined ? undefined : heads[first];
    if (first === undefined || !item) return;
    yield item;
    streams[first]?.advance();
    heads[first] = await streams[first]?.head();
  }
}

/** Up to `limit` of the items that `merged` gives. Answers fewer when there are no more. */
export const readMerged = async (
  table: Table,
  partitions: readonly string[],
  { limit, ...range }: { limit: number } & Omit<Range, 'pk' | 'limit'>,
): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const item of merged(table, partitions, { ...range, atOnce: limit })) {
    items.push(item);
    if (items.length === limit) break;
  }
  return items;
};
