import type { Clock } from '../platform/clock.ts';
import type { Table } from '../platform/table/table.ts';
import { campaignStore } from './campaign-store.ts';
import { countStore } from './count-store.ts';
import { sumCounts } from './counts.ts';
import type { SettleStep } from './jobs.ts';
import { manifestKeyOf } from './run-objects.ts';

/** Thirteen events a step, of the 25,000 that an execution's history may hold; then the schedule begins another run. */
const mostSteps = 1_500;
/** Passes in which nobody's state changed: whatever stops the sending isn't going to pass. */
const mostIdlePasses = 40;

export interface SettleServices {
  table: Table;
  clock: Clock;
  /** Seconds between two passes. */
  passWaitSeconds: number;
}

/**
 * What a run does next: the next slice that has somebody queued; after the last, wait and pass again while anybody is
 * still queued (refused as too many at once, or being settled); else the campaign is complete.
 */
export const settleRun = async (services: SettleServices, { progress, ...step }: SettleStep) => {
  const { table, clock, passWaitSeconds: seconds } = services;
  const { organizationId, campaignId, run } = step;
  const store = campaignStore(table, organizationId);
  const counts = countStore(table, organizationId);
  const end = { ...step, progress, next: 'end' as const };
  const campaign = await store.get(campaignId);
  if (!campaign || campaign.status !== 'running' || campaign.run !== run || progress.steps >= mostSteps) return end;

  const steps = progress.steps + 1;
  const slice = await counts.nextQueuedSlice(campaignId, progress.slice);
  if (slice !== undefined) {
    const manifestKey = manifestKeyOf(organizationId, campaignId, slice);
    return { ...step, progress: { ...progress, slice, steps }, next: 'send' as const, manifestKey };
  }
  const { queued } = sumCounts(await counts.all(campaignId));
  const now = clock().toISOString();
  if (queued === 0) {
    await store.end(campaignId, run, { status: 'completed', completedAt: now, updatedAt: now });
    return end;
  }
  const idlePasses = queued === progress.queued ? progress.idlePasses + 1 : 0;
  if (idlePasses >= mostIdlePasses) {
    const message = `Sending stands still with ${queued} recipients queued. Nobody was written to twice; resume it when the cause is mended.`;
    await store.end(campaignId, run, { status: 'failed', problem: { code: 'STALLED', message }, updatedAt: now });
    return end;
  }
  return { ...step, progress: { slice: -1, steps, queued, idlePasses }, next: 'wait' as const, seconds };
};
