import type { OptOut } from '../messages/opt-out.ts';
import type { SendOutcome } from '../platform/sms/sms-provider.ts';
import { detailOf } from './decide.ts';
import type { Move, StoredTarget } from './target-store.ts';

/** Refusals as too busy that one recipient waits out, a pass each. */
const mostTries = 12;

/** What an attempt came to: an outcome at the provider, or none because the way there was shut or broken. */
export type AttemptOutcome = SendOutcome | { kind: 'shut'; optOut: OptOut } | { kind: 'not_called' };

/** Whatever an attempt leaves behind in a target that goes back to the queue. */
const forgotten = ['attemptId', 'attemptedAt', 'bodyHash'] as const;

/**
 * Where an attempt's outcome takes its target, which stands as `sending`. Nowhere while it is unclear: only the
 * provider's callback or books can settle that, never another call.
 */
export const moveOf = (target: StoredTarget, outcome: AttemptOutcome, now: string): Move | undefined => {
  const set = { updatedAt: now };
  switch (outcome.kind) {
    case 'accepted':
      return {
        target,
        to: { status: 'sent' },
        set: {
          ...set,
          messageId: outcome.messageId,
          ...(outcome.segments === null ? {} : { segments: outcome.segments }),
        },
        remove: ['bodyHash'],
      };
    case 'refused':
      // Our own account or sender is at fault, which says nothing about this recipient.
      if (outcome.class === 'configuration') return { target, to: { status: 'queued' }, set, remove: forgotten };
      return {
        target,
        to: { status: 'failed', reason: outcome.class },
        set: { ...set, ...(outcome.code === null ? {} : { errorCode: outcome.code }) },
      };
    case 'busy':
      if ((target.tries ?? 0) < mostTries) return { target, to: { status: 'queued' }, set, remove: forgotten };
      return {
        target,
        to: { status: 'failed', reason: 'too_busy' },
        set: { ...set, ...(outcome.code === null ? {} : { errorCode: outcome.code }) },
      };
    case 'shut':
      return {
        target,
        to: { status: 'blocked', reason: 'opted_out' },
        set: { ...set, decidedAt: now, detail: detailOf(outcome.optOut) },
        remove: forgotten,
      };
    case 'not_called':
      return { target, to: { status: 'queued' }, set, remove: forgotten };
    case 'unclear':
      return undefined;
  }
};
