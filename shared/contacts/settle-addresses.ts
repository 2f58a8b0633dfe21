import * as z from 'zod';
import { mapConcurrently } from '../platform/concurrent.ts';
import { bulkOf, inFlight } from '../platform/table/bulk.ts';
import { contactKeys } from '../platform/table/contact-keys.ts';
import { and, equals, exists, missing, or } from '../platform/table/expression.ts';
import { backOff } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { emailClaimItem } from './contact-item.ts';
import { type Candidate, candidateOf, type ImportBatch, type Person, tracesOf } from './import-batch.ts';

/** A row by its place: the part of the import that it came with, and its number in the file. */
export interface RowPlace {
  part: number;
  row: number;
}

const Claim = z.object({ contactId: z.string() });

/** What says who made a contact: its claims may still name a later row, which claimed them first. */
const Made = z.object({
  importJob: z.string().optional(),
  importPart: z.number().default(0),
  importRow: z.number().default(0),
  email: z.string().optional(),
  version: z.number(),
});

const mostAttempts = 4;

/**
 * Gives an address that several rows of an import have to the first of those that made a contact, now that all phones
 * are known: while chunks came in any order, another may have been sooner. `lost` answers what is written beside, where
 * a row loses its address to an earlier one. Answers who stays without an address. May be repeated at any point; a
 * contact that somebody changed meanwhile keeps what it has.
 */
export const settleAddresses = async (
  table: Table,
  batch: ImportBatch,
  persons: readonly Person[],
  lost: (place: RowPlace) => Promise<Write>,
): Promise<Person[]> => {
  const { organizationId, jobId } = batch;
  const contactKey = (contactId: string) => contactKeys.contact(organizationId, contactId);

  /** The row's contact takes the address, with what makes that right; undefined where it stays with whoever has it. */
  const taking = async (person: Candidate): Promise<Write[] | undefined> => {
    const { contactId, row, email = '' } = person;
    const key = contactKeys.emailClaim(organizationId, email);
    const item = await table.get(key, { consistent: true });
    const claim = item && Claim.parse(item);
    const take: Write = {
      update: contactKey(contactId),
      change: { set: { email } },
      // Or has it: another delivery of the same rows may be as far.
      if: and(equals('importRow', row), equals('version', 1), or(missing('email'), equals('email', email))),
    };
    const traces = tracesOf(batch, person);
    if (!claim) return [take, { put: emailClaimItem(organizationId, email, contactId, traces), if: missing('pk') }];
    const holder = claim.contactId;
    if (holder === contactId) return [take];
    const found = await table.get(contactKey(holder), { consistent: true });
    const { importJob, importPart, importRow, version } = Made.parse(found ?? { version: 0 });
    if (importJob !== jobId || importRow < row || version !== 1) return undefined;
    return [
      take,
      { update: key, change: { set: { contactId, ...traces } }, if: equals('contactId', holder) },
      {
        update: contactKey(holder),
        change: { remove: ['email'] },
        if: and(equals('email', email), equals('importRow', importRow), equals('version', 1), exists('phone')),
      },
      await lost({ part: importPart, row: importRow }),
    ];
  };

  /** Whether the contact has its address afterwards. */
  const settle = async (person: Candidate): Promise<boolean> => {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      await backOff(attempt);
      const writes = await taking(person);
      if (!writes) return false;
      if (await unlessRefused(() => table.transact(writes))) return true;
    }
    return false;
  };

  const candidates = persons
    .filter(({ phone, email }) => phone !== undefined && email !== undefined)
    .map((person) => candidateOf(batch, person));
  const items = await bulkOf(table).get([...new Set(candidates.map(({ contactId }) => contactId))].map(contactKey));
  const made = new Map(items.flatMap((item) => (item ? [[item.sk, Made.parse(item)] as const] : [])));
  const without = candidates.filter(({ contactId, row }) => {
    const contact = made.get(contactId);
    return contact?.importJob === jobId && contact.importRow === row && contact.email === undefined;
  });
  const settled = await mapConcurrently(without, inFlight, settle);
  return without.filter((_, index) => !settled[index]);
};
