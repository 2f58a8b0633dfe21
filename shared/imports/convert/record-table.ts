import type { FlatRecord } from './json-lines.ts';

/** Columns that a table made of records may have; what else there is, is left out. */
const mostColumns = 1000;

/** Records as rows under the union of their keys, in the order of first appearance. Reads them twice, holds one. */
export async function* recordTable(
  read: () => Promise<AsyncIterable<FlatRecord | undefined>>,
): AsyncGenerator<string[]> {
  const keys = new Set<string>();
  for await (const record of await read())
    for (const key of Object.keys(record ?? {})) if (keys.size < mostColumns) keys.add(key);
  const columns = [...keys];
  yield columns;
  for await (const record of await read()) yield record ? columns.map((key) => record[key] ?? '') : [];
}
