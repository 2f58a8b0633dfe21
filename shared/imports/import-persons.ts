import { importConsents } from '../consents/import-consents.ts';
import type { ImportBatch, Person } from '../contacts/import-batch.ts';
import { type BatchOutcome, importContacts } from '../contacts/import-contacts.ts';
import { shutByImport } from '../messages/told-opt-outs.ts';
import type { Table } from '../platform/table/table.ts';

/**
 * Imports a batch of valid rows: who has opted out, before anybody joins a list that may be written to; then the
 * contacts; then what they consented to. May be repeated after a crash at any point, as each of the three.
 */
export const importPersons = async (
  table: Table,
  batch: ImportBatch,
  persons: readonly Person[],
): Promise<BatchOutcome> => {
  const { organizationId, jobId, at } = batch;
  const phones = persons.flatMap(({ optedOut, phone }) => (optedOut === true && phone !== undefined ? [phone] : []));
  await shutByImport(table, organizationId, { jobId, phones, at });
  const outcome = await importContacts(table, batch, persons);
  await importConsents(table, batch, persons, outcome.contactIds);
  return outcome;
};
