import type { Clock } from '../platform/clock.ts';
import { sequentialFrom } from '../platform/id.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { windowEnd } from './audit.ts';
import { auditStore } from './audit-store.ts';
import { sealOver } from './seal.ts';

export interface SealServices {
  table: Table;
  clock: Clock;
}

/** Entries of one seal: some 16 KB, so 0.08 write units an entry. */
const mostEntries = 200;
/** Markers that one run of the schedule looks at; the next run goes on. */
const mostMarkers = 500;

/**
 * Seals what organizations did before `end`, in batches. Whoever comes second goes on where the first one is, so two
 * runs make one chain. Answers how many entries were sealed.
 */
export const sealOrganization = async (
  { table, clock }: SealServices,
  organizationId: OrganizationId,
  end: Date,
): Promise<number> => {
  const store = auditStore(table, organizationId);
  const upTo = sequentialFrom(end);
  let sealed = 0;
  for (;;) {
    const last = await store.lastSeal();
    const [first, ...others] = await store.oldest({ after: last?.upTo, upTo, limit: mostEntries });
    if (!first) return sealed;
    const seal = sealOver(last, [first, ...others], clock().toISOString());
    if (!(await store.addSeal(seal))) continue;
    sealed += seal.entries.length;
    // Kept apart from the table: whoever rewrites the chain there can't rewrite what the log says of it.
    log.info('audit sealed', { organizationId, sequence: seal.sequence, hash: seal.hash });
  }
};

/** Seals the entries of every organization that left a marker whose time has come. */
export const sealAudit = async (services: SealServices): Promise<{ organizations: number; entries: number }> => {
  const due = dueStore(services.table, 'audit');
  const markers = await due.due(services.clock(), mostMarkers);
  const ends = new Map<OrganizationId, Date>();
  // The soonest come first: an organization's last marker has the latest end.
  for (const { organizationId, at } of markers) ends.set(organizationId, windowEnd(at));
  let entries = 0;
  for (const [organizationId, end] of ends) {
    entries += await sealOrganization(services, organizationId, end);
    for (const marker of markers) if (marker.organizationId === organizationId) await due.done(marker);
  }
  return { organizations: ends.size, entries };
};
