import type { OrganizationId } from '../platform/organization-id.ts';
import type { Item } from '../platform/table/item.ts';
import { campaignKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import type { CountName, Tally } from './counts.ts';

/** Shards of a slice's counts: as many batches as are sent at once seldom meet in one. */
const shards = 8;

/** A change of counts: how many recipients more (or fewer) stand where. */
export type CountChange = Partial<Record<CountName, number>>;

/** The counts of an organization's campaigns, by slice and shard. */
export const countStore = (table: Table, organizationId: OrganizationId) => {
  async function* tallies(campaignId: string, after?: string) {
    const pk = campaignKeys.parts(organizationId, campaignId);
    for (let from = after; ; ) {
      const { items, next } = await table.query({
        pk,
        prefix: campaignKeys.countPrefix,
        after: from,
        consistent: true,
      });
      yield* items;
      if (next === undefined) return;
      from = next;
    }
  }
  return {
    /** All shards of a campaign. */
    all: async (campaignId: string): Promise<Tally[]> => {
      const found: Tally[] = [];
      for await (const item of tallies(campaignId)) found.push(numbersOf(item));
      return found;
    },

    /** The first slice after this one that has recipients queued. */
    nextQueuedSlice: async (campaignId: string, slice: number): Promise<number | undefined> => {
      let standing: { slice: number; queued: number } | undefined;
      const after = slice < 0 ? undefined : campaignKeys.countsOfSliceEnd(slice);
      for await (const item of tallies(campaignId, after)) {
        const itsSlice = Number(item.sk.split('#')[1]);
        if (standing && standing.slice !== itsSlice && standing.queued > 0) return standing.slice;
        const queued = numbersOf(item)['queued'] ?? 0;
        standing = { slice: itsSlice, queued: queued + (standing?.slice === itsSlice ? standing.queued : 0) };
      }
      return standing && standing.queued > 0 ? standing.slice : undefined;
    },

    /** The write that changes the counts of a slice; nothing where nothing changes. `by` spreads writers over shards. */
    write: (campaignId: string, slice: number, change: CountChange, by: string): Write[] => {
      const add = Object.fromEntries(Object.entries(change).filter(([, amount]) => amount !== 0));
      if (Object.keys(add).length === 0) return [];
      const shard = Number.parseInt(by.slice(-2), 16) % shards;
      return [{ update: campaignKeys.count(organizationId, campaignId, slice, shard), change: { add } }];
    },
  };
};

const numbersOf = (item: Item): Tally =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
