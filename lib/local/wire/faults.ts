import type { ServiceName } from './engine.ts';

export type FaultKind =
  /** Refused with the service's throttling error; nothing is applied. */
  | 'throttle'
  /** Answered with a 500; nothing is applied. */
  | 'error500'
  /** The connection is reset before the call is applied. */
  | 'reset-before'
  /** The call is applied and metered, then the connection is reset instead of an answer. */
  | 'lost-answer'
  /** The call waits `delayMs`, then goes on. */
  | 'delay';

/** Which calls fail, and how. A rule without `nth` and `probability` meets every call that it matches. */
export interface FaultRule {
  kind: FaultKind;
  service?: ServiceName;
  /** Operation without the service: `UpdateItem`. */
  action?: string;
  /** Part of the caller's role ARN. */
  role?: string;
  /** Only the nth call that matches, counted from 1. */
  nth?: number;
  /** Between 0 and 1, drawn from the seeded generator. */
  probability?: number;
  /** Most times that the rule strikes. */
  times?: number;
  delayMs?: number;
}

/** A call on its way: seen once before it is applied, and once after it, before its answer leaves. */
export interface CallEvent {
  phase: 'before' | 'after';
  /** Number of the call since the gateway started, from 1. */
  index: number;
  principal: string;
  service: ServiceName;
  action: string;
  /** Status of the answer; in phase `after` only. */
  status?: number;
}

export type CallListener = (event: CallEvent) => void | Promise<void>;

export interface Faults {
  /** Adds a rule and returns what removes it. */
  add(rule: FaultRule): () => void;
  /** Removes all rules and starts the generator again from `seed`. */
  clear(seed?: number): void;
  /** Hears of every authorized call; the call waits for the listener. Returns what ends it. */
  onCall(listener: CallListener): () => void;
  /** The rule that strikes this call, if any. */
  strike(call: { service: ServiceName; action: string; principal: string }): FaultRule | undefined;
  tell(event: CallEvent): Promise<void> | undefined;
}

/** mulberry32: small, seeded, and good enough to spread faults. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rules by which calls fail, reproducible from a seed. */
export function createFaults(firstSeed = 1): Faults {
  let random = generator(firstSeed);
  let rules: { rule: FaultRule; seen: number; struck: number }[] = [];
  const listeners = new Set<CallListener>();
  return {
    add(rule) {
      const entry = { rule, seen: 0, struck: 0 };
      rules.push(entry);
      return () => {
        rules = rules.filter((other) => other !== entry);
      };
    },
    clear(seed = firstSeed) {
      rules = [];
      random = generator(seed);
    },
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    strike(call) {
      let struck: FaultRule | undefined;
      for (const entry of rules) {
        const { rule } = entry;
        if (rule.service && rule.service !== call.service) continue;
        if (rule.action && rule.action !== call.action) continue;
        if (rule.role && !call.principal.includes(rule.role)) continue;
        entry.seen += 1;
        if (struck || (rule.nth && rule.nth !== entry.seen)) continue;
        if (rule.probability !== undefined && random() >= rule.probability) continue;
        if (rule.times !== undefined && entry.struck >= rule.times) continue;
        entry.struck += 1;
        struck = rule;
      }
      return struck;
    },
    tell(event) {
      if (listeners.size === 0) return undefined;
      return Promise.all([...listeners].map(async (listener) => listener(event))).then(() => undefined);
    },
  };
}
