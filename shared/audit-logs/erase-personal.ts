import * as z from 'zod';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { inFlight } from '../platform/table/bulk.ts';
import type { Key } from '../platform/table/item.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { personalItems } from './personal-store.ts';

/** By what is kept of a thing others are found: those that it took in, and the one that took it in. */
const Ties = z.object({ absorbed: z.string().optional(), into: z.string().optional() });

/**
 * Parts of the transaction that deletes a thing: the personal values of its entries, and of the things that it took
 * in, go with it, at most `most` of them. What there is beyond those goes before. None of a thing that another took
 * in: its values are erased with that one.
 */
export const personalRemovals = async (
  table: Table,
  organizationId: OrganizationId,
  resourceId: string,
  most: number,
): Promise<Write[]> => {
  const kept = await keptOf(table, organizationId, resourceId);
  let beyond = kept.flat().length - most;
  for (const keys of kept) {
    const before = keys.splice(0, Math.max(0, beyond));
    beyond -= before.length;
    await mapConcurrently(before, inFlight, ({ pk, sk }) => table.delete({ pk, sk }));
  }
  return kept.flat().map((key) => ({ delete: key }));
};

/** Erases the personal values of a thing that is gone: those that came while it went. */
export const forgetPersonal = async (table: Table, organizationId: OrganizationId, resourceId: string) => {
  await personalRemovals(table, organizationId, resourceId, 0);
};

/** What is kept of a thing and of those that it took in, one by one: the thing itself last, since it leads to them. */
const keptOf = async (table: Table, organizationId: OrganizationId, resourceId: string): Promise<Key[][]> => {
  const kept: Key[][] = [];
  const things = new Set([resourceId]);
  // Goes on to those that it finds on its way.
  for (const thing of things) {
    const items = await personalItems(table, organizationId, thing);
    const ties = items.map((item) => Ties.parse(item));
    if (thing === resourceId && ties.some(({ into }) => into !== undefined)) return [];
    kept.unshift(items.map(({ pk, sk }) => ({ pk, sk })));
    for (const { absorbed } of ties) if (absorbed !== undefined) things.add(absorbed);
  }
  return kept;
};
