import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { changeMemberCount } from '../contact-lists/membership.ts';
import { changeContactCounts } from './contact-item.ts';
import { type Claim, contactImportStore, type ImportBatch, type Person } from './contact-import-store.ts';

/** What became of a batch: the same numbers however often, in whatever order and in whatever company it is done. */
export interface BatchOutcome {
  /** New contacts, each counted by the one batch that first claimed its phone or e-mail address. */
  imported: number;
  /** Rows whose contact was there, or came in another row of the import. */
  duplicates: number;
  /** Rows that were imported without their e-mail address, because another contact has it. */
  withoutEmail: Person[];
  /** Contacts that joined the list. */
  joined: number;
}

/**
 * Imports a batch of valid rows. Whoever has a phone is known by it, everybody else by the e-mail address, so that
 * the number of contacts that a file makes does not depend on how it was cut or in which order its parts arrive. A
 * contact that exists stays as it is (or takes what the row holds, on request) and joins the list all the same.
 *
 * Every step recognises its own traces, so the whole may be repeated after any crash. Nothing is counted here: the
 * caller counts the outcome together with the batch's end, with `countsOf`.
 */
export const importContacts = async (
  table: Table,
  batch: ImportBatch,
  rows: readonly Person[],
): Promise<BatchOutcome> => {
  const store = contactImportStore(table, batch);
  const byPhone = firstRows(rows, ({ phone }) => phone);
  const phones = await claimed(store.claimPhones, byPhone, store.ownId);
  const written = await store.writers(phones.filter(({ claim }) => claim.jobId === batch.jobId));
  const emailHolders = await store.claimEmails(written);
  await store.putContacts(written, emailHolders);

  // After the contacts with phones: an address that one of them holds is no person of its own.
  const byEmail = firstRows(rows, ({ phone, email }) => (phone === undefined ? email : undefined));
  const emails = await claimed(store.claimAddresses, byEmail, store.ownId);
  const alone = emails.filter(({ person, claim }) => claim.jobId === batch.jobId && claim.contactId === store.ownId(person));
  await store.putContacts(await store.writers(alone), new Set(alone.map(({ person }) => person.row)));

  const all = [...phones, ...emails];
  const existing = all.filter(({ person, claim }) => claim.contactId !== store.ownId(person));
  const found = await store.touchExisting(existing);
  const members = [...all.filter(({ person, claim }) => claim.contactId === store.ownId(person)), ...found];
  const imported = all.filter(({ person, claim }) => store.isMine(claim) && claim.contactId === store.ownId(person)).length;
  return {
    imported,
    duplicates: rows.length - imported,
    withoutEmail: written.flatMap(({ person }) =>
      person.email !== undefined && !emailHolders.has(person.row) ? [person] : [],
    ),
    joined: await store.join(members),
  };
};

/** Parts of the transaction that ends a batch: the exact counts that people see. The list's part fails when it is gone. */
export const countsOf = (
  organizationId: OrganizationId,
  listId: string | undefined,
  { imported, joined }: BatchOutcome,
): { organization: Write[]; list: Write[] } => ({
  organization: imported === 0 ? [] : [changeContactCounts(organizationId, { active: imported })],
  list: listId === undefined || joined === 0 ? [] : [changeMemberCount(organizationId, listId, joined)],
});

export interface Claimed {
  person: Person;
  claim: Claim;
}

const claimed = async (
  claim: (persons: readonly Person[]) => Promise<Claim[]>,
  persons: readonly Person[],
  _ownId: (person: Person) => string,
): Promise<Claimed[]> => {
  const claims = await claim(persons);
  return persons.flatMap((person, index) => {
    const found = claims[index];
    return found ? [{ person, claim: found }] : [];
  });
};

/** Of the rows with the same value the first; rows without one are left out. */
const firstRows = (rows: readonly Person[], valueOf: (row: Person) => string | undefined): Person[] => {
  const first = new Map<string, Person>();
  for (const row of rows) {
    const value = valueOf(row);
    const known = value === undefined ? undefined : first.get(value);
    if (value !== undefined && (known === undefined || row.row < known.row)) first.set(value, row);
  }
  return [...first.values()];
};
