import { gzipSync } from 'node:zlib';
import { isoAfter } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Item } from '../platform/table/item.ts';
import { type Closure, graceSeconds } from './closure.ts';
import { closureStore } from './closure-store.ts';
import type { ClosureServices } from './manage-closure.ts';
import { sectionsOf } from './organization-partitions.ts';

/** Rows of one file: some megabytes, which a step reads, packs and puts. */
const mostRows = 10_000;

/** What an export leaves out: secrets and what verifies them, and how the table is laid out. */
const left = /password|secret|hash|sealed|^pk$|^sk$|^ttl$/i;

/** An item as its organization may take it along. */
export const exported = (item: Item): Record<string, unknown> => ({
  id: item.sk,
  ...Object.fromEntries(Object.entries(item).filter(([name]) => !left.test(name))),
});

/**
 * The next file of an export, of one section from where the last one ended. Answers the closure as it then stands, or
 * undefined when somebody else went on first: files have names by their place, so what is written twice is the same.
 */
export const exportOn = async (
  { table, clock, exports }: Pick<ClosureServices, 'table' | 'clock' | 'exports'>,
  organizationId: OrganizationId,
  closure: Closure,
): Promise<Closure | undefined> => {
  const store = closureStore(table, organizationId);
  const sections = sectionsOf(organizationId);
  const section = sections[closure.section];
  const go = async (change: Partial<Closure>): Promise<Closure | undefined> => {
    const { after: _after, ...before } = closure;
    const next: Closure = { ...before, ...change };
    return (await store.revise(closure, next)) ? { ...next, version: closure.version + 1 } : undefined;
  };
  if (!section) {
    const now = clock();
    return go({ status: 'exported', exportedAt: now.toISOString(), eraseAfter: isoAfter(now, graceSeconds) });
  }
  const nextSection = { section: closure.section + 1, partition: 0 };
  if (section.name === undefined) return go(nextSection);

  const partitions = await section.partitions(table);
  const rows: string[] = [];
  let { partition, after } = closure;
  while (partition < partitions.length && rows.length < mostRows) {
    const pk = partitions[partition] ?? '';
    const page = await table.query({ pk, after, limit: mostRows - rows.length, consistent: true });
    rows.push(...page.items.map((item) => `${JSON.stringify(exported(item))}\n`));
    after = page.next;
    if (after === undefined) partition += 1;
  }
  const isDone = partition >= partitions.length;
  const place = isDone ? nextSection : { partition, ...(after === undefined ? {} : { after }) };
  if (rows.length === 0) return go(place);
  const count = closure.files.filter(({ name }) => name.startsWith(`${section.name}-`)).length + 1;
  const name = `${section.name}-${String(count).padStart(5, '0')}.jsonl.gz`;
  const key = `exports/${organizationId}/${closure.id}/${name}`;
  await exports.put(key, gzipSync(rows.join('')), 'application/gzip');
  return go({ ...place, files: [...closure.files, { key, name, rows: rows.length }] });
};
