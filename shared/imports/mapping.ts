import { z } from 'zod';
import { invalidField } from '../errors.ts';
import { type Column, ColumnTarget } from './column.ts';
import type { Proposal } from './column-names.ts';

const mostNames = 200;
const longestName = 300;

/** Columns by their header, or `column 3` where they have none; `null` leaves a column out. */
export const Mapping = z
  .record(z.string().min(1).max(longestName), ColumnTarget.nullable())
  .refine((columns) => Object.keys(columns).length <= mostNames, 'A mapping names 200 columns at the most')
  .meta({
    id: 'ImportMapping',
    description:
      'What each column fills, by its header (`column 3` where it has none). Columns that are not named keep what was proposed; null leaves one out.',
    examples: [{ 'Cell No.': 'phone', Sector: 'customFields.Sector', Fax: null }],
  });
export type Mapping = z.infer<typeof Mapping>;

/** How a mapping calls a column. */
export const columnName = (headers: readonly string[], index: number) =>
  headers[index]?.trim() || `column ${index + 1}`;

/** What the columns fill when a mapping is laid over what was proposed. Names that the file lacks do nothing. */
export const mapped = (
  headers: readonly string[],
  proposed: readonly Proposal[],
  mapping: Mapping | undefined,
): Proposal[] => {
  if (!mapping) return [...proposed];
  const chosen = Map.groupBy(
    headers.map((_header, index) => index),
    (index) => columnName(headers, index),
  );
  const named = Object.entries(mapping).flatMap(([name, target]) =>
    (chosen.get(name.trim()) ?? []).map((index) => ({ index, target })),
  );
  const taken = new Set(named.map(({ index }) => index));
  return [
    ...named.flatMap(({ index, target }) => (target === null ? [] : [{ index, target, confidence: 1 }])),
    ...proposed.filter(({ index }) => !taken.has(index)),
  ];
};

/** @throws AppError VALIDATION_ERROR for a column that the file lacks */
export const assertNamesColumns = (headers: readonly string[], mapping: Mapping) => {
  const names = new Set(headers.map((_header, index) => columnName(headers, index)));
  const missing = Object.keys(mapping).find((name) => !names.has(name.trim()));
  if (missing !== undefined) throw invalidField('mapping', `The file has no column “${missing}”`, { column: missing });
};

/** A column fills a field of one value once; phones, tags and notes may come from several. */
export const storedColumns = (proposals: readonly Proposal[]): Column[] =>
  proposals.map(({ index, target }) => ({ index, target }));

/** A mapping by which the next file is read as this one, whatever is proposed then. */
export const mappingOf = (headers: readonly string[], columns: readonly Column[]): Mapping => {
  const targets = new Map(columns.map(({ index, target }) => [index, target]));
  const named = headers
    .map((_header, index) => [columnName(headers, index), targets.get(index) ?? null] as const)
    .filter(([name]) => name.length <= longestName)
    // Of very wide files what fills something, before what is left out.
    .toSorted(([, a], [, b]) => Number(a === null) - Number(b === null));
  // Of columns of one name the first one counts.
  return Object.fromEntries(named.slice(0, mostNames).toReversed());
};
