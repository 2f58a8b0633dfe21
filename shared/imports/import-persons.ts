import { importConsents } from '../consents/import-consents.ts';
import type { ImportBatch, Person } from '../contacts/import-batch.ts';
import { type BatchOutcome, importContacts } from '../contacts/import-contacts.ts';
import { shutByImport } from '../messages/told-opt-outs.ts';
import type { Table } from '../platform/table/table.ts';

/**
 * Imports a batch of valid rows: who has opted out, before anybody joins a list that may be written to; then the
 * contacts; then what they consented to. `optOuts` are phones of rows that can't be imported. May be repeated after a crash at any point, as each of the three.
 */
export const importPersons = async (
  table: Table,
  batch: ImportBatch,
  persons: readonly Person[],
  optOuts: readonly string[] = [],
): Promise<BatchOutcome> => {
  const { organizationId, jobId, at } = batch;
  const ofPersons = persons.flatMap(({ optedOut, phone }) => (optedOut === true && phone !== undefined ? [phone] : []));
  const phones = [...new Set([...ofPersons, ...optOuts])];
  await shutByImport(table, organizationId, { jobId, phones, at });
  const outcome = await importContacts(table, batch, persons);
  await importConsents(table, batch, persons, outcome.contactIds);
  return outcome;
};
