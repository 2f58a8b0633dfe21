import type { Clock } from '../platform/clock.ts';
import { sequentialFrom } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { AuditEntry, AuditSeal, PersonalValues } from './audit-log.ts';
import { auditStore } from './audit-store.ts';
import { personalValuesOf } from './personal-store.ts';
import { chainBegin, digestOf, hashOfEntry, hashOfSeal } from './seal.ts';

/** Something that isn't as it was sealed. */
export type Finding =
  | { kind: 'entry altered' | 'entry missing' | 'entry added after its seal'; entryId: string; sequence: number }
  | { kind: 'personal values altered' | 'personal values missing'; entryId: string; sequence: number }
  | { kind: 'entry never sealed'; entryId: string }
  | { kind: 'seal altered' | 'seal missing' | 'seal out of chain' | 'other head than expected'; sequence: number };

/** What a seal says, held against the link before it and against the entries that stand in its range. */
export const checkSeal = (
  seal: AuditSeal,
  previous: Pick<AuditSeal, 'sequence' | 'hash'>,
  standing: readonly AuditEntry[],
): Finding[] => {
  const { sequence } = seal;
  const findings: Finding[] = [];
  for (let gone = previous.sequence + 1; gone < sequence; gone += 1)
    findings.push({ kind: 'seal missing', sequence: gone });
  if (hashOfSeal(seal) !== seal.hash) findings.push({ kind: 'seal altered', sequence });
  if (previous.sequence + 1 === sequence && seal.previous !== previous.hash)
    findings.push({ kind: 'seal out of chain', sequence });
  const byId = new Map(standing.map((entry) => [entry.id, entry]));
  for (const [entryId, hash] of seal.entries) {
    const entry = byId.get(entryId);
    if (!entry) findings.push({ kind: 'entry missing', entryId, sequence });
    else if (hashOfEntry(entry) !== hash) findings.push({ kind: 'entry altered', entryId, sequence });
    byId.delete(entryId);
  }
  for (const entryId of byId.keys()) findings.push({ kind: 'entry added after its seal', entryId, sequence });
  return findings;
};

/**
 * The personal values of a seal's entries, held against the digests in those. What isn't there was erased, unless the
 * entry's thing stands: then it is missing.
 */
const checkPersonal = (
  { sequence }: AuditSeal,
  entries: readonly AuditEntry[],
  personal: ReadonlyMap<string, PersonalValues>,
  standing: ReadonlySet<string>,
): Finding[] =>
  entries.flatMap(({ id: entryId, digest, resourceId }): Finding[] => {
    const values = personal.get(entryId);
    if (values) return digestOf(values) === digest ? [] : [{ kind: 'personal values altered', entryId, sequence }];
    return digest !== undefined && standing.has(resourceId)
      ? [{ kind: 'personal values missing', entryId, sequence }]
      : [];
  });

export interface Verification {
  seals: number;
  entries: number;
  /** Written since the last seal: the next one is for them. */
  unsealed: number;
  /** Hash of the last seal, to be held against what was kept elsewhere. */
  head: string;
  findings: Finding[];
}

const readAtOnce = 500;
/** A window, its grace, and a few runs of the schedule: by then every entry has its seal, or its seal was taken away. */
const sealedWithinSeconds = 3600;

export interface VerifyServices {
  table: Table;
  clock: Clock;
  /** Those of the things that stand. */
  standing: (resourceIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** Holds an organization's audit log against its chain of seals, and the head against `expected` where it is given. */
export const verifyAudit = async (
  { table, clock, standing }: VerifyServices,
  organizationId: OrganizationId,
  expected?: string,
): Promise<Verification> => {
  const store = auditStore(table, organizationId);
  const findings: Finding[] = [];
  let previous = { sequence: 0, hash: chainBegin, upTo: '' };
  let entries = 0;
  let seals = 0;
  let after: string | undefined;
  let isKnown = false;
  do {
    const page = await store.seals(after);
    for (const seal of page.seals) {
      const found = await between(store, previous.upTo, seal.upTo);
      findings.push(...checkSeal(seal, previous, found));
      const personal = await personalValuesOf(table, organizationId, found);
      const bare = found.filter(({ id, digest }) => digest !== undefined && !personal.has(id));
      const things = await standing([...new Set(bare.map(({ resourceId }) => resourceId))]);
      findings.push(...checkPersonal(seal, found, personal, things));
      entries += seal.entries.length;
      seals += 1;
      isKnown ||= seal.hash === expected;
      previous = seal;
    }
    after = page.next;
  } while (after !== undefined);
  const late = sequentialFrom(new Date(clock().getTime() - sealedWithinSeconds * 1000));
  const open = await between(store, previous.upTo, sequentialFrom(clock()));
  for (const { id } of open) if (id < late) findings.push({ kind: 'entry never sealed', entryId: id });
  if (expected !== undefined && !isKnown)
    findings.push({ kind: 'other head than expected', sequence: previous.sequence });
  return { seals, entries, unsealed: open.length, head: previous.hash, findings };
};

const between = async (store: ReturnType<typeof auditStore>, from: string, upTo: string): Promise<AuditEntry[]> => {
  const found: AuditEntry[] = [];
  for (;;) {
    const after = found.at(-1)?.id ?? (from === '' ? undefined : from);
    const page = await store.oldest({ after, upTo, limit: readAtOnce });
    found.push(...page);
    if (page.length < readAtOnce) return found;
  }
};
