import type { Gate } from '../messages/gate.ts';
import type { StatusReport } from '../messages/jobs.ts';
import { log, logFailure } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { refusalClassOf } from '../platform/sms/refusals.ts';
import { chunksOf } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import { advance } from './target.ts';
import { type Move, mostMoves, type StoredTarget, targetStore } from './target-store.ts';

export interface RecordServices {
  table: Table;
  gate(organizationId: OrganizationId): Gate;
}

/** Readings of the same targets until nobody else moves them meanwhile. */
const mostReadings = 6;

/**
 * Records what the provider reported: doubled, late and out of order, each status moves its target forward or not at
 * all, together with the counts. Answers the reports that could not be recorded, to come again.
 */
export const recordReports = async (services: RecordServices, reports: readonly StatusReport[]) => {
  const failed = new Set<StatusReport>();
  const campaigns = Map.groupBy(reports, ({ organizationId, campaignId }) => `${organizationId}#${campaignId}`);
  for (const ofCampaign of campaigns.values())
    for (const chunk of chunksOf(ofCampaign, mostMoves))
      await recordChunk(services, chunk).catch((error: unknown) => {
        logFailure('reports not recorded', error, { campaignId: chunk[0]?.campaignId ?? '' });
        for (const report of chunk) failed.add(report);
      });
  return failed;
};

const recordChunk = async ({ table, gate }: RecordServices, reports: readonly StatusReport[]) => {
  const [first] = reports;
  if (!first) return;
  const { organizationId, campaignId } = first;
  const store = targetStore(table, organizationId, campaignId);
  for (const { target, errorCode } of reports)
    if (refusalClassOf(errorCode) === 'opted_out') {
      const [standing] = await store.all([target]);
      if (standing?.phone) await gate(organizationId).shutByProvider(standing.phone, first.receivedAt);
    }
  let names = reports.map(({ target }) => target);
  for (let reading = 0; names.length > 0; reading += 1) {
    if (reading === mostReadings) throw new Error(`Targets were moved by others ${mostReadings} times`);
    const moves = (await store.all(names)).flatMap((target) => moveOf(target, reports) ?? []);
    names = (await store.move(moves, first.attemptId)).map(({ target }) => target.target);
  }
};

/** Where the reports about a target's attempt take it; those of other attempts are strays. */
const moveOf = (target: StoredTarget, reports: readonly StatusReport[]): Move | undefined => {
  const ours = reports.filter((report) => report.target === target.target && report.attemptId === target.attemptId);
  if (ours.length === 0) {
    log.warn('stray status report', { target: target.contactId });
    return undefined;
  }
  let status = target.status;
  let last: StatusReport | undefined;
  for (const report of ours) {
    const next = advance(status, report.status);
    if (next !== status) [status, last] = [next, report];
  }
  if (!last) return undefined;
  const { messageId, errorCode, receivedAt } = last;
  const bad = status === 'failed' || status === 'undelivered';
  return {
    target,
    to: bad ? { status, reason: refusalClassOf(errorCode) } : { status },
    set: { messageId, updatedAt: receivedAt, ...(errorCode === null ? {} : { errorCode }) },
    remove: errorCode === null ? ['errorCode'] : [],
  };
};
