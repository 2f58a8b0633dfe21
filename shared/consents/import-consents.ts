import type { ImportBatch, Person, PersonConsent } from '../contacts/import-batch.ts';
import { goneContacts } from '../contacts/standing-contact.ts';
import { idOf } from '../platform/id.ts';
import { bulkOf } from '../platform/table/bulk.ts';
import { nameOf } from '../platform/table/item.ts';
import type { Table } from '../platform/table/table.ts';
import { type Consent, canBeGiven } from './consent.ts';
import { consentStore } from './consent-store.ts';

type Consenting = Person & { consent: PersonConsent; contactId: string };

/**
 * Records what the rows of a batch say of consents, each with the contact of its row. The same proof is one record
 * however often it comes: with a repetition, in two rows, in next month's export of the same people. A write unit and
 * a consistent read of the contact for each, and nothing for rows that say nothing.
 */
export const importConsents = async (
  table: Table,
  batch: ImportBatch,
  persons: readonly Person[],
  contactIds: ReadonlyMap<number, string>,
): Promise<void> => {
  const store = consentStore(table, batch.organizationId);
  const consenting = persons.flatMap((person): Consenting[] => {
    const { consent, row } = person;
    const contactId = contactIds.get(row);
    return consent && contactId !== undefined ? [{ ...person, consent, contactId }] : [];
  });
  const items = new Map(
    consenting.map((person) => {
      const item = store.item(consentOf(batch, person));
      return [nameOf(item), { item, person }];
    }),
  );
  await bulkOf(table).insert([...items.values()].map(({ item }) => item));
  // Whoever deletes a contact looks for its consents last of all, so one of the two sees what the other did.
  const contacts = new Map(consenting.map((person) => [person.contactId, person]));
  const gone = new Set(await goneContacts(table, batch.organizationId, [...contacts.values()]));
  await store.delete([...items.values()].flatMap(({ item, person }) => (gone.has(person.contactId) ? [item] : [])));
};

/** The consent of a row: the same for the same proof, but for who recorded it first. */
const consentOf = (batch: ImportBatch, { contactId, phone: rowPhone, consent }: Consenting): Consent => {
  const phone = rowPhone ?? null;
  const { source = batch.source, wording, url, ip } = consent;
  const given = new Date(consent.at ?? '');
  // A time that can't be says nothing of when it was: the rest of the proof is kept.
  const givenAt = canBeGiven(given, new Date(batch.at)) ? given.toISOString() : null;
  const proof = { phone, source, givenAt, wording: wording ?? null, url: url ?? null, ip: ip ?? null };
  return {
    ...proof,
    id: idOf(batch.organizationId, contactId, JSON.stringify(proof)),
    contactId,
    status: 'granted',
    kind: null,
    recordedBy: batch.importedBy,
    recordedAt: batch.at,
    importJobId: batch.jobId,
  };
};
