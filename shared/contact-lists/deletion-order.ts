import { AppError } from '../errors.ts';
import type { StoredList } from './contact-list-store.ts';

/** A list can go when all that follows from it goes as well. @throws AppError CONFLICT */
export const assertDeletable = (sources: readonly StoredList[]) => {
  for (const { id: listId, name, derivedLists } of sources)
    if (derivedLists > sources.filter(({ sourceListIds }) => sourceListIds.includes(listId)).length)
      throw new AppError('CONFLICT', `Other lists follow from ${name}: delete those first`, { listId });
};

const kindsInOrder = ['derived', 'segment', 'plain'] as const;

/**
 * The ids of lists, what follows from others before them: a derived list follows from older ones, a segment from plain
 * ones.
 */
export const inOrderOfDeletion = (lists: readonly StoredList[]) =>
  kindsInOrder.flatMap((kind) =>
    lists
      .filter((list) => list.kind === kind)
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  );
