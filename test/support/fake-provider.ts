import type { StatusReport } from '../../shared/messages/jobs.ts';
import { attemptOf } from '../../shared/messages/status-callback.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { OutgoingMessage, SendOutcome, SmsProvider } from '../../shared/platform/sms/sms-provider.ts';

type Fault = 'none' | 'busy' | 'error' | 'timeout after acceptance';

/** The same numbers for the same seed, from 0 to 1. */
export const seededRandom = (seed: number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A provider in memory that keeps books of what it accepted, and fails as it is told to. */
export const fakeProvider = (clock: Clock, faultOf: () => Fault = () => 'none') => {
  const accepted: (OutgoingMessage & { messageId: string; createdAt: Date })[] = [];
  let calls = 0;
  const provider: SmsProvider = {
    send: async (message): Promise<SendOutcome> => {
      calls += 1;
      const fault = faultOf();
      if (fault === 'busy') return { kind: 'busy', code: 20429 };
      if (fault === 'error') return { kind: 'unclear', reason: 'answered 500' };
      const messageId = `SM${String(accepted.length).padStart(32, '0')}`;
      accepted.push({ ...message, messageId, createdAt: clock() });
      if (fault === 'timeout after acceptance') return { kind: 'unclear', reason: 'ECONNABORTED' };
      return { kind: 'accepted', messageId, segments: 1 };
    },
    sentTo: async (phone) =>
      accepted
        .filter(({ to }) => to === phone)
        .map(({ messageId, from, body, createdAt }) => {
          return { messageId, from, body, createdAt, status: 'sent' as const, errorCode: null };
        }),
  };

  /** The callbacks of everything accepted so far. */
  const reports = (statuses: readonly StatusReport['status'][] = ['sent', 'delivered']): StatusReport[] =>
    accepted.flatMap(({ statusCallback, messageId }) => {
      const attempt = attemptOf(new URL(statusCallback ?? '').searchParams);
      if (!attempt) throw new Error('A callback address that nobody can read');
      return statuses.map((status) => {
        return { ...attempt, messageId, status, errorCode: null, receivedAt: clock().toISOString() };
      });
    });

  return { provider, accepted, reports, calls: () => calls };
};
