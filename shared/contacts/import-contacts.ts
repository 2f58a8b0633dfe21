import { changeMemberCount } from '../contact-lists/membership.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { type Claim, contactImportStore } from './contact-import-store.ts';
import { changeContactCounts } from './contact-item.ts';
import { type Candidate, candidateOf, type ImportBatch, type Person } from './import-batch.ts';
import { importListStore } from './import-list-store.ts';

/** What a batch adds to counts that people see. */
export interface BatchCounts {
  /** New contacts, each counted by the one batch that first claimed its phone or e-mail address. */
  imported: number;
  /** Rows whose contact was there before, or came with another row of the import. */
  duplicates: number;
  /** Contacts that joined the list. */
  joined: number;
}

/** What became of a batch: the same however often, in whatever order and beside whatever others it is done. */
export interface BatchOutcome extends BatchCounts {
  /** The contact of each row: the one that it made, or the one that has its phone, or else its e-mail address. */
  contactIds: ReadonlyMap<number, string>;
  /**
   * Rows that were imported without their e-mail address, because another contact has it. When all phones of the import
   * are known, that may be another, or an earlier row may have made the contact.
   */
  withoutEmail: Person[];
}

/**
 * Imports a batch of valid rows. Whoever has a phone is known by it, everybody else by the e-mail address, so how a
 * file is cut and in which order its parts arrive changes nothing. A contact that exists stays as it is (or takes
 * what the row holds, on request) and joins the list all the same.
 *
 * Every step knows its own traces again, so the whole may be repeated after a crash at any point. Nothing is counted
 * here: whoever ends the batch counts it, in the same transaction, with `countsOf`.
 */
export const importContacts = async (
  table: Table,
  batch: ImportBatch,
  rows: readonly Person[],
): Promise<BatchOutcome> => {
  const contacts = contactImportStore(table, batch);
  const lists = importListStore(table, batch);

  const persons = rows.map((person) => candidateOf(batch, person));

  const withPhone = firstRows(persons, ({ phone }) => phone);
  const phones = held(withPhone, await contacts.claimPhones(withPhone));
  const writing = await firstRowsOf(contacts, phones.filter(isOwn));
  const addressed = firstRows(writing, ({ email }) => email);
  const addresses = held(addressed, await contacts.claimEmails(addressed));
  const holders = new Set(addresses.filter(isOwn).map(({ person }) => person));
  for (const person of await contacts.putContacts(writing, (one) => holders.has(one))) holders.delete(person);

  // After those with phones: an address that one of them holds is no person of its own.
  const withEmail = firstRows(persons, ({ phone, email }) => (phone === undefined ? email : undefined));
  const emails = held(withEmail, await contacts.claimEmails(withEmail));
  const alone = await firstRowsOf(contacts, emails.filter(isOwn));
  await contacts.putContacts(alone, () => true);

  const all = [...phones, ...emails];
  const existing = all.filter((one) => !isOwn(one));
  const touched = await lists.touch(
    existing.map(({ person, claim }) => ({
      person,
      contactId: claim.contactId,
      foreign: claim.importJob !== batch.jobId,
    })),
  );
  const own = all.filter(isOwn);
  const imported = all.filter((one) => wasOwn(one) && contacts.isMine(one.claim)).length;
  return {
    imported,
    duplicates: rows.length - imported,
    joined: await lists.addMembers([
      ...own.map(({ person, claim }) => ({ contactId: claim.contactId, phone: person.phone ?? null })),
      ...touched,
    ]),
    contactIds: contactIdsOf(rows, phones, emails),
    withoutEmail: writing.filter((person) => person.email !== undefined && !holders.has(person)),
  };
};

/** Parts of the transaction that ends a batch: the exact counts that people see. The list's part fails when it is gone. */
export const countsOf = (
  organizationId: OrganizationId,
  listId: string | undefined,
  { imported, joined }: BatchCounts,
): { organization: Write[]; list: Write[] } => ({
  organization: imported === 0 ? [] : [changeContactCounts(organizationId, { active: imported })],
  list: listId === undefined || joined === 0 ? [] : [changeMemberCount(organizationId, listId, joined)],
});

const contactIdsOf = (rows: readonly Person[], phones: readonly Held[], emails: readonly Held[]) => {
  const byPhone = new Map(phones.map(({ person, claim }) => [person.phone, claim.contactId]));
  const byEmail = new Map(emails.map(({ person, claim }) => [person.email, claim.contactId]));
  return new Map(
    rows.flatMap(({ row, phone, email }) => {
      const contactId = phone === undefined ? byEmail.get(email) : byPhone.get(phone);
      return contactId === undefined ? [] : [[row, contactId] as const];
    }),
  );
};

interface Held {
  person: Candidate;
  claim: Claim;
}

const isOwn = ({ person, claim }: Held) => claim.contactId === person.contactId;

/** Also when its contact was merged into another before a try that crashed is repeated: the merge has counted on it. */
const wasOwn = (one: Held) => isOwn(one) || one.claim.mergedFrom === one.person.contactId;

const held = (persons: readonly Candidate[], claims: readonly Claim[]): Held[] =>
  persons.flatMap((person, index) => {
    const claim = claims[index];
    return claim ? [{ person, claim }] : [];
  });

/** Whose contacts this part writes. What another part claimed is read first, since most of those are merely later rows. */
const firstRowsOf = async (
  contacts: ReturnType<typeof contactImportStore>,
  own: readonly Held[],
): Promise<Candidate[]> => {
  const others = own.filter(({ claim }) => !contacts.isMine(claim)).map(({ person }) => person);
  const mine = own.filter(({ claim }) => contacts.isMine(claim)).map(({ person }) => person);
  return [...mine, ...(others.length > 0 ? await contacts.firstSoFar(others) : [])];
};

/** Of the rows with the same value the first; rows without one are left out. */
const firstRows = (rows: readonly Candidate[], valueOf: (row: Candidate) => string | undefined): Candidate[] => {
  const first = new Map<string, Candidate>();
  for (const row of rows.toSorted((a, b) => a.row - b.row)) {
    const value = valueOf(row);
    if (value !== undefined && !first.has(value)) first.set(value, row);
  }
  return [...first.values()];
};
