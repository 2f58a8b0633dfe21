import * as z from 'zod';
import { mapConcurrently } from '../platform/concurrent.ts';
import { bulkOf, inFlight } from '../platform/table/bulk.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import { and, equals, missing, or } from '../platform/table/expression.ts';
import type { Item } from '../platform/table/item.ts';
import { backOff } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { changeIndex, indexItems } from './contact-index.ts';
import { contactItem, contactOfItem, emailClaimItem, phoneClaimItem, type StoredContact } from './contact-item.ts';
import { type Candidate, type ImportBatch, tracesOf } from './import-batch.ts';

/**
 * Who holds a phone or an e-mail address; `importJob` and `importPart` where an import made the claim, `mergedFrom`
 * where the contact that it was made for was merged into its holder.
 */
const Claim = z.object({
  contactId: z.string(),
  mergedFrom: z.string().optional(),
  importJob: z.string().optional(),
  importPart: z.number().optional(),
});
export type Claim = z.infer<typeof Claim>;

const Traces = z.object({ importRow: z.number() });

interface Settled {
  unindexed?: StoredContact;
  lostEmail?: boolean;
}

/**
 * Claims and contacts as an import writes them: in bulk, without transactions, each step repeatable. A contact says
 * what the first row of the file says, whichever row came first to the table.
 */
export const contactImportStore = (table: Table, batch: ImportBatch) => {
  const { organizationId, jobId, part, listId } = batch;
  const bulk = bulkOf(table, batch.requestsAtOnce);
  const keyFor = ({ contactId }: Candidate) => contactKeys.contact(organizationId, contactId);

  const emailKey = (email: string) => contactKeys.emailClaim(organizationId, email);

  const claim = async (items: readonly Item[]): Promise<Claim[]> =>
    (await bulk.insertOrFind(items)).map((item) => Claim.parse(item));

  /** Frees an address that was claimed for a row whose contact another row made. */
  const releaseEmail = (email: string, contactId: string, row: number) =>
    unlessRefused(() =>
      table.delete(
        emailKey(email),
        and(equals('contactId', contactId), equals('importJob', jobId), equals('importRow', row)),
      ),
    );

  /** Which of the writes were refused; none was written then. */
  const refusedOf = async (writes: readonly Write[]): Promise<ReadonlySet<number>> => {
    try {
      await table.transact(writes);
      return new Set();
    } catch (error) {
      if (error instanceof TransactionRefused) return new Set(error.refused.keys());
      throw error;
    }
  };

  const contactOf = (person: Candidate, holdsEmail: boolean): StoredContact => ({
    country: batch.defaultCountry,
    ...person.fields,
    id: person.contactId,
    ...(person.phone === undefined ? {} : { phone: person.phone }),
    ...(holdsEmail && person.email !== undefined ? { email: person.email } : {}),
    status: 'active',
    source: batch.source,
    createdBy: batch.importedBy,
    createdAt: batch.at,
    updatedAt: batch.now,
    version: 1,
    lists: listId === undefined ? {} : { [listId]: batch.at },
  });

  /**
   * What a row makes of its job's contact as another row, or an earlier try at this one, left it. The contact comes
   * first, and then the address that it takes.
   */
  const rewriting = (person: Candidate, standing: StoredContact, importRow: number, wanted: StoredContact): Write[] => {
    const { id, lists: _lists, ...set } = wanted;
    const traces = tracesOf(batch, person);
    const ownOrFree = or(missing('pk'), equals('contactId', id));
    // With the contact, since on its own it could be forgotten by a crash; and an address that the row had claimed
    // may have been freed meanwhile, by a row that replaced one with the same.
    const claiming = (email: string): Write => ({
      put: emailClaimItem(organizationId, email, id, traces),
      if: ownOrFree,
    });
    const freeing = (email: string): Write => ({ delete: emailKey(email), if: ownOrFree });
    // The names of a try that crashed may not be in the index yet.
    const indexed = importRow === person.row ? { id, updatedAt: standing.updatedAt } : standing;
    return [
      {
        update: keyFor(person),
        change: { set: { ...set, ...traces }, remove: Object.keys(standing).filter((name) => !(name in wanted)) },
        if: and(equals('importRow', importRow), equals('version', 1)),
      },
      ...(wanted.email === undefined || wanted.email === standing.email ? [] : [claiming(wanted.email)]),
      ...(standing.email === undefined || standing.email === wanted.email ? [] : [freeing(standing.email)]),
      ...changeIndex(organizationId, indexed, wanted),
    ];
  };

  /**
   * The contact stands already: a later row that came sooner gives way, an earlier one and people's edits stay.
   * Answers the contact if its names may not be in the index yet, and whether the row's address went to another.
   */
  const settle = async (person: Candidate, holdsEmail: boolean): Promise<Settled> => {
    let lostEmail = false;
    for (let attempt = 0; ; attempt += 1) {
      await backOff(attempt);
      const wanted = contactOf(person, holdsEmail && !lostEmail);
      const item = await table.get(keyFor(person), { consistent: true });
      if (!item) return { lostEmail };
      const { importRow } = Traces.parse(item);
      const standing = contactOfItem(item);
      const saysSo = wanted.email === undefined || wanted.email === standing.email;
      if (importRow < person.row || standing.version > 1) {
        if (!saysSo) await releaseEmail(wanted.email ?? '', wanted.id, person.row);
        return { lostEmail };
      }
      // A try before this one may have come without the address, which became free since.
      if (importRow === person.row && saysSo) return { lostEmail, unindexed: standing };
      const refused = await refusedOf(rewriting(person, standing, importRow, wanted));
      if (refused.size === 0) return { lostEmail };
      lostEmail ||= !saysSo && refused.has(1);
    }
  };

  return {
    /** Whether this very part made the claim, now or in an earlier try. */
    isMine: (found: Claim) => found.importJob === jobId && found.importPart === part,

    /** Claims the phones of persons that differ in them; answers who holds each. */
    claimPhones: (persons: readonly Candidate[]): Promise<Claim[]> =>
      claim(
        persons.map((person) =>
          phoneClaimItem(organizationId, person.phone ?? '', person.contactId, tracesOf(batch, person)),
        ),
      ),

    /** Claims the e-mail addresses of persons that differ in them; answers who holds each. */
    claimEmails: (persons: readonly Candidate[]): Promise<Claim[]> =>
      claim(
        persons.map((person) =>
          emailClaimItem(organizationId, person.email ?? '', person.contactId, tracesOf(batch, person)),
        ),
      ),

    /** Those of the persons, all claimed by this job, whose contact was not made by an earlier row of the file. */
    firstSoFar: async (persons: readonly Candidate[]): Promise<Candidate[]> => {
      const items = await bulk.get(persons.map(keyFor));
      const late = new Set(
        persons.filter((person, index) => {
          const item = items[index];
          return item !== undefined && Traces.parse(item).importRow < person.row;
        }),
      );
      // A try that crashed may have claimed an address for a row that came too late.
      const dangling = persons.filter(
        (person, index) => late.has(person) && person.email !== undefined && items[index]?.email !== person.email,
      );
      await mapConcurrently(dangling, inFlight, (person) =>
        releaseEmail(person.email ?? '', person.contactId, person.row),
      );
      return persons.filter((person) => !late.has(person));
    },

    /**
     * Puts the contacts, with the e-mail address of those that hold theirs, and the names by which they are found.
     * Answers who lost the address to another contact meanwhile.
     */
    putContacts: async (
      persons: readonly Candidate[],
      holdsEmail: (person: Candidate) => boolean,
    ): Promise<Candidate[]> => {
      const wanted = persons.map((person) => ({ person, contact: contactOf(person, holdsEmail(person)) }));
      const put = await bulk.insert(
        wanted.map(({ person, contact }) => contactItem(organizationId, contact, tracesOf(batch, person))),
      );
      const there = persons.filter((_, index) => !put[index]);
      const settled = await mapConcurrently(there, inFlight, (person) => settle(person, holdsEmail(person)));
      const unindexed = [
        ...wanted.flatMap(({ contact }, index) => (put[index] ? [contact] : [])),
        ...settled.flatMap((one) => one.unindexed ?? []),
      ];
      await bulk.put(unindexed.flatMap((contact) => indexItems(organizationId, contact)));
      return there.filter((_, index) => settled[index]?.lostEmail);
    },
  };
};
