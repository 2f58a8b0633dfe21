import { hash } from 'node:crypto';
import type { Person } from '../contacts/import-batch.ts';

/** Bytes of one identity: 63 bits of a hash, and whether a contact has it. */
const entryBytes = 8;

/** Whom the rows of a chunk are about, in the file's order and as short as can be told apart. */
export interface Identities {
  /** Of each row with a phone its phone and its e-mail address, the latter all zeros where it has none. */
  phones: Uint8Array;
  /** The address of each row without a phone. */
  emails: Uint8Array;
}

export const identitiesOf = (persons: readonly Person[], isKnown: (identity: string) => boolean): Identities => {
  const withPhone = persons.filter(({ phone }) => phone !== undefined);
  const phones = Buffer.alloc(withPhone.length * 2 * entryBytes);
  for (const [index, { phone = '', email }] of withPhone.entries()) {
    phones.set(entryOf(phone, isKnown(phone)), index * 2 * entryBytes);
    if (email !== undefined) phones.set(entryOf(email, isKnown(email)), (index * 2 + 1) * entryBytes);
  }
  const alone = persons.filter(({ phone }) => phone === undefined);
  return { phones, emails: Buffer.concat(alone.map(({ email = '' }) => entryOf(email, isKnown(email)))) };
};

const entryOf = (identity: string, known: boolean) => {
  const entry = hash('sha1', identity, 'buffer').subarray(0, entryBytes);
  const last = entry[entryBytes - 1] ?? 0;
  entry[entryBytes - 1] = known ? last | 1 : last & ~1;
  return entry;
};

/**
 * Counts as an import would which rows are of contacts that exist and which repeat an earlier row. The chunks' parts
 * are to be given in the file's order. Holds 16 to 32 bytes a row.
 */
export class IdentityCount {
  /** Rows of contacts that exist. */
  ofContacts = 0;
  /** Other rows that repeat one before them. */
  inFile = 0;
  private readonly seen: HashSet;
  private readonly later: Uint8Array[] = [];

  constructor(mostRows: number) {
    this.seen = new HashSet(mostRows * 2);
  }

  add({ phones, emails }: Identities) {
    const view = viewOf(phones);
    for (let at = 0; at < phones.length; at += 2 * entryBytes) {
      if (!this.isNew(view, at)) continue;
      const beside = at + entryBytes;
      // A new contact takes its address along, unless another has it.
      if (view.getUint32(beside) !== 0 || view.getUint32(beside + 4) !== 0) this.seen.add(view, beside);
    }
    if (emails.length > 0) this.later.push(emails);
  }

  /** Addresses without a phone come last: one that stands beside a phone anywhere is no person of its own. */
  finish() {
    for (const emails of this.later) {
      const view = viewOf(emails);
      for (let at = 0; at < emails.length; at += entryBytes) this.isNew(view, at);
    }
  }

  private isNew(view: DataView, at: number): boolean {
    const known = (view.getUint8(at + entryBytes - 1) & 1) === 1;
    if (known) this.ofContacts += 1;
    else if (this.seen.add(view, at)) return true;
    else this.inFile += 1;
    return false;
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A set of 64-bit entries without an object for each: open addressing in one array. */
class HashSet {
  private readonly slots: Uint32Array;
  private readonly mask: number;

  constructor(mostEntries: number) {
    // A third stays free, so that chains are short.
    const size = 2 ** Math.ceil(Math.log2(Math.max(mostEntries, 8) * 1.5));
    this.slots = new Uint32Array(size * 2);
    this.mask = size - 1;
  }

  /** Answers whether it is new. */
  add(view: DataView, at: number): boolean {
    const high = view.getUint32(at);
    // Whether a contact has it is no part of it. Never 0, which marks a free slot.
    const low = (view.getUint32(at + 4) | 1) >>> 0;
    for (let slot = high & this.mask; ; slot = (slot + 1) & this.mask) {
      const place = slot * 2;
      if (this.slots[place + 1] === 0) {
        this.slots[place] = high;
        this.slots[place + 1] = low;
        return true;
      }
      if (this.slots[place] === high && this.slots[place + 1] === low) return false;
    }
  }
}
