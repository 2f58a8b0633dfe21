import type { Person } from '../../shared/contacts/import-batch.ts';
import { importContacts } from '../../shared/contacts/import-contacts.ts';
import { chunkLimits } from '../../shared/imports/chunk-cutter.ts';
import { columnsOf } from '../../shared/imports/column-names.ts';
import { readRecords } from '../../shared/imports/read-records.ts';
import { readRow } from '../../shared/imports/read-row.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import type { Item } from '../../shared/platform/table/item.ts';
import type { Table } from '../../shared/platform/table/table.ts';

/**
 * What an import of a CSV text into a list writes for the contacts in it, chunk by chunk in its order: the items with
 * the keys that they have in an organization, without the import's own few. Each is there once.
 */
export async function* itemsOfImport(text: string): AsyncGenerator<Item[]> {
  const at = new Date().toISOString();
  const organizationId = OrganizationId.parse(systemIds.random());
  const job = { jobId: systemIds.sequential(), listId: systemIds.sequential(), importedBy: systemIds.random() };
  const options = { defaultCountry: 'US', duplicates: 'skip', source: 'import' } as const;
  const [headers = [], ...records] = readRecords(text, ',');
  const reading = { columns: columnsOf(headers), validatePhones: true, defaultCountry: 'US', definitions: [], at };
  const known = new Set<string>();
  for (let from = 0, part = 0; from < records.length; from += chunkLimits.rows, part += 1) {
    const persons = records.slice(from, from + chunkLimits.rows).flatMap((cells, offset): Person[] => {
      const read = readRow(from + offset, cells, reading);
      if (read.kind === 'invalid' || known.has(read.person.phone ?? '')) return [];
      known.add(read.person.phone ?? '');
      return [read.person];
    });
    const { table, written } = recorder();
    await importContacts(table, { organizationId, ...job, ...options, part, at, now: at }, persons);
    yield written;
  }
}

const recorder = () => {
  const written: Item[] = [];
  const unexpected = () => {
    throw new Error('An import of new contacts only inserts and puts');
  };
  const table: Table = {
    get: unexpected,
    getAll: async (keys) => (keys.length === 0 ? [] : unexpected()),
    query: unexpected,
    put: unexpected,
    update: unexpected,
    delete: unexpected,
    transact: unexpected,
    insertAll: async (items) => {
      written.push(...items);
      return items.map(() => true);
    },
    writeAll: async ({ puts = [] }) => {
      written.push(...puts);
    },
  };
  return { table, written };
};
