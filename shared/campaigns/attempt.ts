import { createHash } from 'node:crypto';
import type { Gate } from '../messages/gate.ts';
import { statusCallbackUrl } from '../messages/status-callback.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/id.ts';
import { logFailure } from '../platform/log.ts';
import type { SmsProvider } from '../platform/sms/sms-provider.ts';
import type { CampaignRunStep } from './jobs.ts';
import type { AttemptOutcome } from './outcome-move.ts';
import type { StoredTarget, targetStore } from './target-store.ts';

/** A text that hasn't left the provider after four hours comes too late for what it says. */
const validitySeconds = 4 * 3600;

/** What is compared when a text is looked for in the provider's books. */
export const bodyHashOf = (body: string) => createHash('sha256').update(body).digest('base64url').slice(0, 22);

export interface Attempting {
  clock: Clock;
  ids: Ids;
  targets: ReturnType<typeof targetStore>;
  gate: Gate;
  provider: SmsProvider;
  statusUrl: string;
  sender: string;
  version: number;
  step: CampaignRunStep;
}

/**
 * One attempt at one recipient: claim the target, pass the gate, call the provider once. Answers nothing when
 * somebody else has the target. Whatever stops it before the call leaves a claim that its outcome gives back; whatever
 * stops it after leaves `sending`, which nobody calls again.
 */
export const attempt = async (
  { clock, ids, targets, gate, provider, statusUrl, sender, version, step }: Attempting,
  queued: StoredTarget,
  { phone, body }: { phone: string; body: string },
): Promise<{ target: StoredTarget; outcome: AttemptOutcome } | undefined> => {
  const attemptId = ids.random();
  const now = clock().toISOString();
  const claim = { attemptedAt: now, decidedAt: now, updatedAt: now, bodyHash: bodyHashOf(body), version };
  const target = await targets.claim(queued.target, attemptId, claim);
  if (!target) return undefined;
  try {
    const optOut = await gate.pass(phone, attemptId, clock().toISOString());
    if (optOut) return { target, outcome: { kind: 'shut', optOut } };
  } catch (error) {
    logFailure('gate out of reach', error, { campaignId: step.campaignId, attemptId });
    return { target, outcome: { kind: 'not_called' } };
  }
  const { organizationId, campaignId } = step;
  const statusCallback = statusCallbackUrl(statusUrl, {
    organizationId,
    campaignId,
    target: target.target,
    attemptId,
  });
  const outcome = await provider.send({ to: phone, from: sender, body, statusCallback, validitySeconds });
  if (outcome.kind === 'refused' && outcome.class === 'opted_out')
    await gate
      .shutByProvider(phone, clock().toISOString())
      // Without our record the provider's own block still stands, and tells us again.
      .catch((error: unknown) => logFailure('opt-out not recorded', error, { campaignId, attemptId }));
  return { target, outcome };
};
