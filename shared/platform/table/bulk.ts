import { mapConcurrently } from '../concurrent.ts';
import type { Item, Key } from './item.ts';
import { backOff, chunksOf } from './retry.ts';
import type { Table } from './table.ts';

/** Requests of one bulk writer under way at once: they keep the table busy, and fit a small function's sockets. */
export const inFlight = 6;

/** What bulk writers do with many items, so many requests at once: each may be repeated after a crash at any point. */
export const bulkOf = (table: Table, atOnce = inFlight) => {
  const insert = async (items: readonly Item[]): Promise<boolean[]> =>
    (await mapConcurrently(chunksOf(items, 25), atOnce, (some) => table.insertAll(some))).flat();

  const get = async (keys: readonly Key[]): Promise<(Item | undefined)[]> =>
    (await mapConcurrently(chunksOf(keys, 100), atOnce, (some) => table.getAll(some, { consistent: true }))).flat();

  return {
    /** Puts each item unless its key is taken; answers, in order, whether it was put. No key twice. */
    insert,

    /** Puts each item, whatever stands under its key. No key twice. */
    put: async (items: readonly Item[]): Promise<void> => {
      await mapConcurrently(chunksOf(items, 25), atOnce, (puts) => table.writeAll({ puts }));
    },

    /** The items of distinct keys, strongly consistent, in the keys' order. */
    get,

    /** Puts each item unless its key is taken; answers, in order, what stands there now. No key twice. */
    insertOrFind: async (items: readonly Item[]): Promise<Item[]> => {
      const standing = new Map<Item, Item>();
      let open = items;
      for (let attempt = 0; open.length > 0; attempt += 1) {
        await backOff(attempt);
        const put = await insert(open);
        for (const [index, item] of open.entries()) if (put[index]) standing.set(item, item);
        const lost = open.filter((_, index) => !put[index]);
        const found = await get(lost.map(({ pk, sk }) => ({ pk, sk })));
        for (const [index, item] of lost.entries()) {
          const there = found[index];
          if (there) standing.set(item, there);
        }
        // What stood in the way and is gone when it is read leaves room again.
        open = lost.filter((_, index) => !found[index]);
      }
      return items.flatMap((item) => standing.get(item) ?? []);
    },

    /** As `get`, but waits some seconds for items that another writer has announced and not written yet. */
    await: async (keys: readonly Key[]): Promise<(Item | undefined)[]> => {
      const found = await get(keys);
      for (let attempt = 1; attempt < 7 && found.includes(undefined); attempt += 1) {
        await backOff(attempt);
        const open = [...keys.entries()].filter(([index]) => !found[index]);
        const again = await get(open.map(([, key]) => key));
        for (const [place, [index]] of open.entries()) found[index] = again[place];
      }
      return found;
    },
  };
};
