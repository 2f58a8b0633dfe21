import type { Gate } from '../messages/gate.ts';
import type { Clock } from '../platform/clock.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { Ids } from '../platform/id.ts';
import { log, logFailure } from '../platform/log.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { SmsProvider } from '../platform/sms/sms-provider.ts';
import { chunksOf } from '../platform/table/retry.ts';
import type { Table } from '../platform/table/table.ts';
import { attempt } from './attempt.ts';
import { campaignStore, type StoredCampaign } from './campaign-store.ts';
import { decide } from './decide.ts';
import type { CampaignRunStep } from './jobs.ts';
import { parseTemplate } from './merge-fields.ts';
import { type AttemptOutcome, moveOf } from './outcome-move.ts';
import { isDueForALook, reconcile } from './reconcile.ts';
import { type Move, type StoredTarget, targetStore } from './target-store.ts';

/** The campaign is read again before each group, which is what "pause stops within a batch" means. */
const groupSize = 25;
/** Calls to the provider at once, in each of the senders at work. */
const callsAtOnce = 10;

export interface SendServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  gate(organizationId: OrganizationId): Gate;
  dncMatches(
    organizationId: OrganizationId,
    phones: readonly string[],
    now: Date,
  ): Promise<ReadonlyMap<string, { listName: string }>>;
  /** The organization's account; `undefined` when it was taken away. */
  provider(organizationId: OrganizationId): Promise<SmsProvider | undefined>;
  statusUrl: string;
  /** How long an unclear attempt is left to its callbacks. */
  reconcileAfterSeconds: number;
}

/**
 * Sends to those of a batch that are still queued, and settles those whose attempt is overdue. Every recipient is
 * decided now, not before. Ends early when the campaign no longer runs, the provider is too busy or time runs out:
 * whoever is left stays queued for the next pass.
 */
export const sendBatch = async (
  services: SendServices,
  step: CampaignRunStep,
  names: readonly string[],
  hasTime: () => boolean,
) => {
  const { table, clock } = services;
  const store = campaignStore(table, step.organizationId);
  const targets = targetStore(table, step.organizationId, step.campaignId);
  const answer = { sent: 0, blocked: 0, reconciled: 0, other: 0 };
  for (const group of chunksOf(names, groupSize)) {
    const campaign = await store.get(step.campaignId);
    if (!campaign || campaign.status !== 'running' || campaign.run !== step.run || !hasTime()) break;
    const standing = await targets.all(group);
    const { moves: blocked, sendable } = await decideAll(services, step, campaign, standing);
    await targets.move(blocked, step.campaignId);
    const overdue = standing.filter((target) => isDueForALook(target, clock(), services.reconcileAfterSeconds));
    if (sendable.length + overdue.length === 0) {
      answer.blocked += blocked.length;
      continue;
    }
    const provider = await services.provider(step.organizationId);
    if (!provider || campaign.sender === null) {
      await halt(store, services, step, null);
      break;
    }
    const attempting = {
      ...services,
      step,
      targets,
      provider,
      gate: services.gate(step.organizationId),
      sender: campaign.sender,
      version: campaign.version,
    };
    const attempts = await mapConcurrently(sendable, callsAtOnce, ({ target, ...text }) =>
      // One that breaks must not take the others' outcomes with it: they are recorded first.
      attempt(attempting, target, text).catch((error: unknown) => ({ error })),
    );
    const outcomes = attempts.flatMap((made) => (made && 'outcome' in made ? [made] : []));
    const settled = await reconcileAll(overdue, campaign.sender, provider, clock);
    const now = clock().toISOString();
    const moves = [...outcomes.flatMap(({ target, outcome }) => moveOf(target, outcome, now) ?? []), ...settled];
    // A move that is refused was made already, by a callback that came before the call's own answer.
    await targets.move(moves, moves[0]?.target.attemptId ?? step.campaignId);

    answer.blocked += blocked.length;
    answer.reconciled += settled.length;
    for (const { outcome } of outcomes) answer[outcome.kind === 'accepted' ? 'sent' : 'other'] += 1;
    const [refusal] = outcomes.flatMap(({ outcome }) => ourFault(outcome) ?? []);
    if (refusal) await halt(store, services, step, refusal.code);
    const [broken] = attempts.flatMap((made) => (made && 'error' in made ? [made] : []));
    if (broken) throw broken.error;
    if (outcomes.filter(({ outcome }) => outcome.kind === 'busy').length > group.length / 2) break;
  }
  return answer;
};

const decideAll = async (
  { clock, gate, dncMatches }: SendServices,
  { organizationId }: CampaignRunStep,
  { body, version }: StoredCampaign,
  standing: readonly StoredTarget[],
) => {
  const queued = standing.filter(({ status }) => status === 'queued');
  const phones = [...new Set(queued.flatMap(({ phone }) => (phone === null ? [] : [phone])))];
  const now = clock();
  const [optOuts, dnc] = await Promise.all([
    gate(organizationId).optOuts(phones),
    phones.length > 0 ? dncMatches(organizationId, phones, now) : new Map<string, { listName: string }>(),
  ]);
  const circumstances = { template: parseTemplate(body), optOuts, dnc };
  const moves: Move[] = [];
  const sendable: { target: StoredTarget; phone: string; body: string }[] = [];
  const at = now.toISOString();
  for (const target of queued) {
    const decision = decide(target, circumstances);
    if (decision.kind === 'send') sendable.push({ target, phone: decision.phone, body: decision.body });
    else {
      const detail = decision.detail === undefined ? {} : { detail: decision.detail };
      const set = { decidedAt: at, updatedAt: at, version, ...detail };
      moves.push({ target, to: { status: 'blocked', reason: decision.reason }, set });
    }
  }
  return { moves, sendable };
};

const reconcileAll = async (overdue: readonly StoredTarget[], sender: string, provider: SmsProvider, clock: Clock) => {
  const moves = await mapConcurrently(overdue, callsAtOnce, (target) =>
    // Books that can't be read now are read in the next pass.
    reconcile(target, sender, provider, clock).catch((error: unknown) => {
      logFailure('look at the provider failed', error, { attemptId: target.attemptId ?? '' });
      return undefined;
    }),
  );
  return moves.flatMap((move) => move ?? []);
};

const ourFault = (outcome: AttemptOutcome) =>
  outcome.kind === 'refused' && outcome.class === 'configuration' ? outcome : undefined;

/** Stops a campaign that nothing can be sent for, instead of failing each of its recipients. */
const halt = async (
  store: ReturnType<typeof campaignStore>,
  { clock }: SendServices,
  { campaignId, run }: CampaignRunStep,
  code: number | null,
) => {
  const told = code === null ? '' : ` (error ${code})`;
  const message = `The SMS provider refuses the organization's account or sender${told}. Check the provider settings, then resume.`;
  log.warn('campaign halted', { campaignId, code: code ?? 0 });
  const problem = { code: 'PROVIDER_REFUSED', message };
  await store.end(campaignId, run, { status: 'paused', problem, updatedAt: clock().toISOString() });
};
