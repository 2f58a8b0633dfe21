import * as z from 'zod';
import { OrganizationId } from '../organization-id.ts';
import type { Item } from './item.ts';
import { type DueFeature, directoryKeys } from './keys.ts';
import type { Table } from './table.ts';
import type { Write } from './transact.ts';

const DueItem = z.object({ sk: z.string(), organizationId: OrganizationId, id: z.string(), at: z.iso.datetime() });

/** A thing that a schedule has to look at, from the moment `at` on. */
export type Due = z.infer<typeof DueItem>;

/**
 * What falls due, of all organizations: the one place where a schedule finds its work without walking them. An entry
 * moves by `postpone` and goes by `done`; a crash between a look and either means one more look, nothing else.
 */
export const dueStore = (table: Table, feature: DueFeature) => {
  const itemOf = (organizationId: OrganizationId, id: string, at: string): Item => ({
    ...directoryKeys.dueItem(feature, `${at}#${organizationId}#${id}`),
    organizationId,
    id,
    at,
  });
  const keyOf = ({ sk }: Due) => directoryKeys.dueItem(feature, sk);
  return {
    /** The write that has the schedule look at `id` when `at` (ISO 8601) has come: part of what creates the thing. */
    watch: (organizationId: OrganizationId, id: string, at: string): Write => ({ put: itemOf(organizationId, id, at) }),

    /** What is due at `now`, longest overdue first. */
    due: async (now: Date, limit: number): Promise<Due[]> => {
      // `$` follows `#`: every entry of this very moment is within.
      const range = { pk: directoryKeys.due(feature), upTo: `${now.toISOString()}$`, limit, consistent: true };
      const { items } = await table.query(range);
      return items.map((item) => DueItem.parse(item));
    },

    /** Looks again at `at`. Two schedules that meet here leave one entry for each moment they chose. */
    postpone: async (due: Due, at: string): Promise<void> => {
      const next = itemOf(due.organizationId, due.id, at);
      if (next.sk === due.sk) return;
      await table.transact([{ put: next }, { delete: keyOf(due) }]);
    },

    /** Never looks again. */
    done: (due: Due): Promise<void> => table.delete(keyOf(due)),

    /** The write that ends a watch whose moment is known, as part of what ends the thing. */
    unwatch: (organizationId: OrganizationId, id: string, at: string): Write => {
      const { pk, sk } = itemOf(organizationId, id, at);
      return { delete: { pk, sk } };
    },
  };
};
