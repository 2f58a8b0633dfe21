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
 * Up to `limit` items of several partitions in the order of their sort keys, whichever partition they stand in.
 * Answers fewer when there are no more.
 */
export const readMerged = async (
  table: Table,
  partitions: readonly string[],
  { limit, reverse = false, ...range }: { limit: number } & Omit<Range, 'pk' | 'limit'>,
): Promise<Item[]> => {
  // Some more than its share: what is spread evenly is then read at once.
  const share = partitions.length === 1 ? limit : Math.ceil((limit / partitions.length) * 1.5) + 1;
  const streams = partitions.map((pk) => itemStream(table, { ...range, pk, reverse }, share, (item) => item));
  const heads = await Promise.all(streams.map((stream) => stream.head()));
  const items: Item[] = [];
  while (items.length < limit) {
    let first: number | undefined;
    for (const [index, head] of heads.entries()) {
      const best = first === undefined ? undefined : heads[first];
      if (head && (!best || head.sk < best.sk !== reverse)) first = index;
    }
    const item = first === undefined ? undefined : heads[first];
    if (first === undefined || !item) break;
    items.push(item);
    if (items.length === limit) break;
    streams[first]?.advance();
    heads[first] = await streams[first]?.head();
  }
  return items;
};
