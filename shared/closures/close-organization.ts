import { isoAfter } from '../platform/clock.ts';
import { log } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { dueStore } from '../platform/table/due.ts';
import type { Closure } from './closure.ts';
import { closureStore } from './closure-store.ts';
import { type ErasureServices, eraseOn } from './erase-organization.ts';
import { exportOn } from './export-organization.ts';
import type { ClosureStep } from './jobs.ts';
import { type ClosureServices, lookAgainSeconds, tellAdmins } from './manage-closure.ts';

export type ClosingServices = Omit<ClosureServices, 'pauseCampaigns'> & ErasureServices;

/** A step ends after this and sends the next, long before its function's time is up. */
const stepSeconds = 60;

/**
 * Goes on with a closure for a while: file after file of the export, or erasing; then sends itself the next step, until
 * there is nothing more to do. A step that comes twice, late, or after a crash finds what stands.
 */
export const closeOn = async (services: ClosingServices, { organizationId, closureId }: ClosureStep): Promise<void> => {
  const { table, clock, steps } = services;
  const until = clock().getTime() + stepSeconds * 1000;
  const isTimeUp = () => clock().getTime() >= until;
  const again = () => steps.send(organizationId, [{ organizationId, closureId }]);
  let closure = await closureStore(table, organizationId).get();
  while (closure?.id === closureId && closure.status === 'exporting') {
    if (isTimeUp()) return again();
    closure = await exportOn(services, organizationId, closure);
    if (closure?.status === 'exported') {
      await watchUntilErased(services, organizationId, closure);
      await tellAdmins(services, organizationId, 'organization_exported');
    }
  }
  if (closure?.id !== closureId || closure.status !== 'erasing') return;
  if (!(await eraseOn(services, organizationId, isTimeUp))) return again();
  log.info('organization erased', { organizationId });
};

/** The schedule has to come back when the grace ends, besides for what a crash forgot. */
const watchUntilErased = ({ table }: ClosingServices, organizationId: OrganizationId, { id, eraseAfter }: Closure) =>
  eraseAfter === undefined
    ? Promise.resolve()
    : table.transact([dueStore(table, 'closures').watch(organizationId, id, eraseAfter)]);

/** Looks after closures: begins erasing when the grace has ended, and sends again what a crash forgot. */
export const resumeClosures = async (
  services: Pick<ClosingServices, 'table' | 'clock' | 'steps'>,
): Promise<{ resumed: number }> => {
  const { table, clock, steps } = services;
  const due = dueStore(table, 'closures');
  let resumed = 0;
  for (const entry of await due.due(clock(), 25)) {
    const { organizationId } = entry;
    const store = closureStore(table, organizationId);
    const closure = await store.get();
    if (closure?.id !== entry.id) {
      await due.done(entry);
      continue;
    }
    const now = clock().toISOString();
    const isOver = closure.status === 'exported' && closure.eraseAfter !== undefined && closure.eraseAfter <= now;
    if (isOver) await store.revise(closure, { ...closure, status: 'erasing' });
    if (isOver || closure.status !== 'exported') {
      await steps.send(organizationId, [{ organizationId, closureId: closure.id }]);
      resumed += 1;
      await due.postpone(entry, isoAfter(clock(), lookAgainSeconds));
    } else await due.postpone(entry, closure.eraseAfter ?? isoAfter(clock(), lookAgainSeconds));
  }
  return { resumed };
};
