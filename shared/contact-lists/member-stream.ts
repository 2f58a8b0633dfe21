import type { Table } from '../platform/table/table.ts';
import { type Member, memberOf } from './membership.ts';

/** A read never asks for more: a page of the table is 1 MB, several thousand memberships. */
const mostAtOnce = 1000;

/** The members of one bucket of one list in the order of their ids, read as they are asked for. */
export const memberStream = (table: Table, partition: string, after: string | null, wanted: number) => {
  let buffer: Member[] = [];
  let index = 0;
  let last = after ?? undefined;
  let ended = false;
  return {
    /** The next member, the same until `advance`. */
    head: async (): Promise<Member | undefined> => {
      while (index >= buffer.length && !ended) {
        const { items, next } = await table.query({
          pk: partition,
          after: last,
          limit: Math.min(wanted, mostAtOnce),
          // A member added before an audience was asked for is in it.
          consistent: true,
        });
        buffer = items.map(memberOf);
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
