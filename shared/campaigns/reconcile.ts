import type { Clock } from '../platform/clock.ts';
import { refusalClassOf } from '../platform/sms/refusals.ts';
import type { ListedMessage, SmsProvider } from '../platform/sms/sms-provider.ts';
import { bodyHashOf } from './attempt.ts';
import type { Move, StoredTarget } from './target-store.ts';

/** The provider's clock is another, and its books tell whole seconds. */
const earlierMs = 5_000;
/** A call that was cut off is on the books within this time, or it isn't this one. */
const laterMs = 120_000;
/** Lists are eventually consistent: one look that finds nothing proves nothing. */
const mostLooks = 2;
/** The second look comes this many times as late as the first. */
const secondLookFactor = 3;

/** Whether it is time to look for what became of a target in `sending`. */
export const isDueForALook = (target: StoredTarget, now: Date, afterSeconds: number): boolean => {
  if (target.status !== 'sending' || target.attemptedAt === undefined) return false;
  const since = target.lookedAt ?? target.attemptedAt;
  const wait = afterSeconds * (target.lookedAt === undefined ? 1 : secondLookFactor);
  return now.getTime() - Date.parse(since) >= wait * 1000;
};

/**
 * Looks for an unclear attempt in the provider's books. What is found there was sent and takes its id and status;
 * what isn't found after two looks stays unknown, for ever: it may have been sent, so it is never sent again.
 */
export const reconcile = async (
  target: StoredTarget,
  sender: string,
  provider: SmsProvider,
  clock: Clock,
): Promise<Move> => {
  const found = (await provider.sentTo(target.phone ?? '')).find((message) => isAttempt(message, target, sender));
  const now = clock().toISOString();
  if (found) {
    const { messageId, status, errorCode } = found;
    const reason = status === 'failed' || status === 'undelivered' ? { reason: refusalClassOf(errorCode) } : {};
    return {
      target,
      to: { status, ...reason },
      set: { updatedAt: now, messageId, ...(errorCode === null ? {} : { errorCode }) },
      remove: ['bodyHash'],
    };
  }
  const looks = (target.looks ?? 0) + 1;
  return {
    target,
    to: looks < mostLooks ? { status: 'sending' } : { status: 'unknown', reason: 'not_found' },
    set: { updatedAt: now, looks, lookedAt: now },
  };
};

const isAttempt = ({ from, body, createdAt }: ListedMessage, target: StoredTarget, sender: string) => {
  const after = createdAt.getTime() - Date.parse(target.attemptedAt ?? '');
  return from === sender && bodyHashOf(body) === target.bodyHash && after >= -earlierMs && after <= laterMs;
};
