import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { LimitKind } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { blockOf, type Window, windowAt, windowSeconds } from './rate-limit.ts';
import { rateLimitStore } from './rate-limit-store.ts';

/** What this environment may still spend without asking. */
interface Lease {
  window: Window;
  limit: number;
  /** Of the block that was taken. */
  held: number;
  /** Of the window, when the block was taken; other environments take of it too. */
  beyond: number;
  /** The window was used up when it was asked for. */
  empty: boolean;
  /** Epoch milliseconds until when it is believed that nothing is left, or that nothing is limited. */
  believedUntil: number;
}

/** A tier may change meanwhile: nothing is believed for longer. */
const believedMs = 60_000;
const mostTries = 10;
const mostLeases = 5_000;

export interface Spending {
  /** `RateLimit` and `RateLimit-Policy` of the draft draft-ietf-httpapi-ratelimit-headers-10, in one item each. */
  policy: string;
  state: string;
}

export interface RateLimiter {
  /** Spends one. Answers undefined where nothing is limited. @throws AppError RATE_LIMITED with `retryAfter` in seconds */
  spend(organizationId: OrganizationId, kind: LimitKind): Promise<Spending | undefined>;
}

/**
 * Counts what organizations use against their limits. An environment takes a part of what is left by one conditional
 * write and spends it in memory: nobody ever gets over, and a call costs about a hundredth of a write.
 */
export const rateLimiter = ({ table, clock }: { table: Table; clock: Clock }): RateLimiter => {
  const leases = new Map<string, Lease>();

  const lease = async (organizationId: OrganizationId, kind: LimitKind, window: Window): Promise<Lease> => {
    const store = rateLimitStore(table, organizationId);
    const believedUntil = clock().getTime() + believedMs;
    for (let attempt = 0; attempt < mostTries; attempt += 1) {
      const { limit, used } = await store.read(kind, window);
      if (limit === Infinity) return { window, limit, held: Infinity, beyond: 0, empty: false, believedUntil };
      const left = limit - used;
      if (left <= 0) return { window, limit, held: 0, beyond: 0, empty: true, believedUntil };
      const block = blockOf(limit, left);
      if (await store.take(kind, window, block, limit))
        return { window, limit, held: block, beyond: left - block, empty: false, believedUntil };
    }
    throw new AppError('UNAVAILABLE', 'Too many at once: try again', { retryAfter: 1 });
  };

  /** What was taken may be spent; what is only believed is looked at again. */
  const isGood = ({ window, limit, held, empty, believedUntil }: Lease, now: number, { index }: Window) =>
    window.index === index && ((limit !== Infinity && held > 0) || ((empty || held > 0) && believedUntil > now));

  return {
    spend: async (organizationId, kind) => {
      const now = clock();
      const window = windowAt(kind, now);
      const name = `${organizationId}#${kind}`;
      let mine = leases.get(name);
      if (!mine || !isGood(mine, now.getTime(), window)) {
        mine = await lease(organizationId, kind, window);
        if (leases.size >= mostLeases) leases.clear();
        leases.set(name, mine);
      }
      if (mine.limit === Infinity) return undefined;
      const seconds = Math.max(1, Math.ceil(window.endsAt - now.getTime() / 1000));
      if (mine.held <= 0)
        throw new AppError('RATE_LIMITED', `The organization’s limit of ${mine.limit} ${kind} is reached`, {
          retryAfter: seconds,
          limit: mine.limit,
          kind,
        });
      mine.held -= 1;
      return {
        policy: `"${kind}";q=${mine.limit};w=${windowSeconds[kind]}`,
        state: `"${kind}";r=${mine.held + mine.beyond};t=${seconds}`,
      };
    },
  };
};
