import { z } from 'zod';
import type { CallbackManner } from './magic-numbers.ts';

const rate = z.number().min(0).max(1);

/** What goes wrong, and how often: rates from 0 to 1, the same seed gives the same run. */
const faultSettings = z.strictObject({
  seed: z.int(),
  /** 429 before anything is accepted. */
  rateLimitedRate: rate,
  /** 500 before anything is accepted. */
  serverErrorRate: rate,
  /** The message is accepted, the answer never comes. */
  timeoutAfterAcceptanceRate: rate,
  doubledCallbackRate: rate,
  delayedCallbackRate: rate,
  callbackDelayMs: z.int().min(0).max(600_000),
  reorderedCallbackRate: rate,
  lostCallbackRate: rate,
  /** More create requests of an account in one second are answered 429; null: no limit. */
  requestsPerSecond: z.int().positive().nullable(),
  /** Messages younger than this are missing in lists: Twilio's lists are eventually consistent. */
  listLagMs: z.int().min(0),
});

export type FaultSettings = z.infer<typeof faultSettings>;

/** A part of the settings, as a caller gives it: what it doesn't name stays. */
export const faultChanges = faultSettings.partial();

const noFaults: FaultSettings = {
  seed: 1,
  rateLimitedRate: 0,
  serverErrorRate: 0,
  timeoutAfterAcceptanceRate: 0,
  doubledCallbackRate: 0,
  delayedCallbackRate: 0,
  callbackDelayMs: 3000,
  reorderedCallbackRate: 0,
  lostCallbackRate: 0,
  requestsPerSecond: null,
  listLagMs: 0,
};

/** Draws the faults of a run. */
export interface Faults {
  settings(): FaultSettings;
  /** Changes what is named; a seed starts the draws anew. */
  set(changes: Partial<FaultSettings>): void;
  reset(): void;
  /** What befalls the next create request. */
  ofRequest(): 'none' | 'rate-limited' | 'server-error' | 'timeout-after-acceptance';
  /** How the next status callback travels. */
  ofCallback(): CallbackManner;
}

/** Faults that start at none. */
export function createFaults(): Faults {
  let settings = noFaults;
  let random = seededRandom(settings.seed);
  /** The first whose rate the draw falls under; rates add up, so one draw decides. */
  const pick = <Kind extends string>(choices: [Kind, number][], otherwise: Kind): Kind => {
    let draw = random();
    for (const [kind, share] of choices) {
      if (draw < share) return kind;
      draw -= share;
    }
    return otherwise;
  };
  return {
    settings: () => settings,
    set(changes) {
      settings = faultSettings.parse({ ...settings, ...changes });
      if (changes.seed !== undefined) random = seededRandom(changes.seed);
    },
    reset() {
      settings = noFaults;
      random = seededRandom(settings.seed);
    },
    ofRequest: () =>
      pick<'none' | 'rate-limited' | 'server-error' | 'timeout-after-acceptance'>(
        [
          ['rate-limited', settings.rateLimitedRate],
          ['server-error', settings.serverErrorRate],
          ['timeout-after-acceptance', settings.timeoutAfterAcceptanceRate],
        ],
        'none',
      ),
    ofCallback: () =>
      pick<CallbackManner>(
        [
          ['doubled', settings.doubledCallbackRate],
          ['delayed', settings.delayedCallbackRate],
          ['reordered', settings.reorderedCallbackRate],
          ['lost', settings.lostCallbackRate],
        ],
        'normal',
      ),
  };
}

/** mulberry32: small, seeded, good enough to spread faults. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
