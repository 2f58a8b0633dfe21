import type { Position } from '../http/page.ts';
import type { Item } from './item.ts';
import type { Table } from './table.ts';

/** The buckets of whatever is spread by the last hex digit of an id. */
export const hexBuckets = [...'0123456789abcdef'] as const;

/** The buckets of whatever is spread by the last digit of a phone number. */
export const digitBuckets = [...'0123456789'] as const;

/** The buckets of whatever is spread by the last two digits of a phone number. */
export const digitPairs = digitBuckets.flatMap((tens) => digitBuckets.map((ones) => `${tens}${ones}`));

export const letterBuckets = [...'abcdefghijklmnopqrstuvwxyz'] as const;

/** The buckets of whatever is spread by the first character of a base64url hash. */
export const hashBuckets = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'] as const;

/** What one walk reads at the most, however little of it passes the filter. */
const mostRead = 1000;

/**
 * Reads up to `limit` items through partitions in their order, from a position on. A filtered walk ends after
 * 1,000 items read, with where to go on, so that its cost is bounded whatever the table holds.
 */
export const walk = async (
  table: Table,
  { partitions, prefix = '', reverse = false }: { partitions: readonly string[]; prefix?: string; reverse?: boolean },
  { after, limit, keep }: { after?: Position | undefined; limit: number; keep?: (item: Item) => boolean },
): Promise<{ items: Item[]; next: Position | undefined }> => {
  const items: Item[] = [];
  let [index, sk] = after ?? [0, null];
  let read = 0;
  for (; index < partitions.length; index += 1, sk = null) {
    for (;;) {
      // One more than wanted tells whether there is a next page without a cursor that leads to nothing.
      const wanted = keep ? Math.min(mostRead - read, 100) : limit - items.length + 1;
      const page = await table.query({
        pk: partitions[index] ?? '',
        prefix,
        after: sk ?? undefined,
        limit: wanted,
        reverse,
      });
      for (const item of page.items) {
        if (items.length === limit) return { items, next: [index, sk] };
        read += 1;
        if (!keep || keep(item)) items.push(item);
        sk = item.sk;
      }
      if (keep && read >= mostRead) return { items, next: [index, sk] };
      if (page.next === undefined) break;
    }
  }
  return { items, next: undefined };
};
