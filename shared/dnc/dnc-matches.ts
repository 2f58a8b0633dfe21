import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { type DncList, type DncMatch, entryStatus } from './dnc.ts';
import { dncStore } from './dnc-store.ts';

/**
 * Which of `phones` (E.164, distinct) stand on a Do-Not-Call list: on one of `listIds` for a scrub, or, before
 * sending, on any active list of the organization. One read a phone and list.
 */
export const dncMatches = async (
  table: Table,
  organizationId: OrganizationId,
  phones: readonly string[],
  now: Date,
  listIds?: readonly string[],
): Promise<ReadonlyMap<string, DncMatch>> => {
  const store = dncStore(table, organizationId);
  const lists = (await store.lists()).filter((list) =>
    listIds ? listIds.includes(list.id) : list.status === 'active',
  );
  const names = new Map(lists.map((list: DncList) => [list.id, list.name]));
  // What is about to be sent must know of an entry made this moment; a scrub is checked again then, and costs half.
  const entries = await store.entriesOf(phones, [...names.keys()], listIds === undefined);
  return new Map(
    entries
      .filter((entry) => entryStatus(entry.expiryDate, now) === 'active')
      .map(({ phoneNumber, listId }) => [phoneNumber, { listId, listName: names.get(listId) ?? '' }]),
  );
};
