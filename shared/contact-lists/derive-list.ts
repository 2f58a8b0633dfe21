import type { Caller } from '../platform/http/route.ts';
import type { Table } from '../platform/table/table.ts';
import { contactListStore } from './contact-list-store.ts';

export interface DerivedList {
  /** Given by the caller and the same for a repetition, which then changes nothing. */
  id: string;
  name: string;
  description?: string;
  sourceListIds: readonly string[];
  /** Object in the bucket of runs: ids of contacts to leave out, one a line. */
  exclusionsKey: string;
  /** Exact: distinct members of the sources less the excluded. */
  contactCount: number;
  /** The moment as of which the sources were read, ISO 8601 UTC: who joins them later is not in the list. */
  asOf: string;
  createdBy: { id: string; name: string };
}

/**
 * Makes the list that a scrub leaves: its sources' members, less those it found.
 * @throws AppError DUPLICATE for a name in use by another list, NOT_FOUND when a source is gone
 */
export const deriveList = async (
  table: Table,
  organizationId: Caller['organizationId'],
  { contactCount, sourceListIds, ...list }: DerivedList,
  now: string,
): Promise<void> =>
  contactListStore(table, organizationId).create(
    {
      ...list,
      sourceListIds: [...new Set(sourceListIds)],
      status: 'active',
      kind: 'derived',
      tags: [],
      derivedLists: 0,
      createdAt: now,
      updatedAt: now,
      version: 1,
    },
    contactCount,
  );
