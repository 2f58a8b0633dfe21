import { sha256 } from '../platform/hash.ts';
import type { AuditEntry, AuditSeal, PersonalValues } from './audit-log.ts';

/** One way to write a value: names in their order, what is undefined left out. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`);
  return `{${parts.join(',')}}`;
};

/** What the first link hangs on. */
export const chainBegin = 'begin';

export const hashOfEntry = (entry: AuditEntry) => sha256(canonical(entry));

/** SHA-256 over an entry's personal values and their salt: sealed with the entry, it tells when they were altered. */
export const digestOf = (values: PersonalValues) => sha256(canonical(values));

/** SHA-256 over everything that a seal says, the hash of the one before included. */
export const hashOfSeal = ({ hash: _hash, ...said }: AuditSeal) => sha256(canonical(said));

/** The seal that follows `last` and covers `entries`, which are not empty and in the order of their ids. */
export const sealOver = (
  last: AuditSeal | undefined,
  entries: readonly [AuditEntry, ...AuditEntry[]],
  sealedAt: string,
): AuditSeal => {
  const seal = {
    sequence: (last?.sequence ?? 0) + 1,
    upTo: (entries.at(-1) ?? entries[0]).id,
    entries: entries.map((entry): [string, string] => [entry.id, hashOfEntry(entry)]),
    previous: last?.hash ?? chainBegin,
    hash: '',
    sealedAt,
  };
  return { ...seal, hash: hashOfSeal(seal) };
};
