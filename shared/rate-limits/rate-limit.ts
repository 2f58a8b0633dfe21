import type { SubscriptionTier } from '../organizations/organization.ts';
import type { LimitKind } from '../platform/http/route.ts';

const hour = 3600;
const day = 24 * hour;

/** Seconds of the window of each limit; windows begin with the hour and the day in UTC. */
export const windowSeconds: Record<LimitKind, number> = { api_calls: day, contacts: hour, imports: day };

/** What an organization of each tier may use in a window; Infinity: as much as it likes. */
export const limits: Record<SubscriptionTier, Record<LimitKind, number>> = {
  free: { contacts: 1_000, imports: 5, api_calls: 10_000 },
  pro: { contacts: 10_000, imports: 50, api_calls: 100_000 },
  enterprise: { contacts: Infinity, imports: Infinity, api_calls: 1_000_000 },
};

export interface Window {
  index: number;
  /** Epoch seconds. */
  endsAt: number;
}

export const windowAt = (kind: LimitKind, now: Date): Window => {
  const seconds = windowSeconds[kind];
  const index = Math.floor(now.getTime() / 1000 / seconds);
  return { index, endsAt: (index + 1) * seconds };
};

/**
 * How much of what is left one environment takes at once: a hundredth of the limit, and towards the end a tenth of
 * what is left, so that what idle environments hold is little. Ten thousand calls are some 150 writes.
 */
export const blockOf = (limit: number, left: number) =>
  Math.max(1, Math.min(Math.ceil(limit / 100), Math.floor(left / 10)));
