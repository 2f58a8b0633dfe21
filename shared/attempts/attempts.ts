import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { Table } from '../platform/table/table.ts';
import { type AttemptKey, attemptStore } from './attempt-store.ts';

/** What attempts are counted by: the name that was typed, an address, whoever gets codes. */
export type SubjectKind = 'account' | 'address' | 'registration' | 'code' | 'reset';
export interface Subject {
  kind: SubjectKind;
  value: string;
}

interface Policy {
  /** Attempts of a window without a delay. */
  free: number;
  /** Seconds: a delay doubles from one attempt to the next up to this. */
  longestDelay: number;
  /** Seconds after which all is forgotten. */
  window: number;
}

const minutes = 60;
const hours = 3600;

/**
 * An account: 5 guesses at once, 9 more within 9 minutes, then one in 5 minutes: some 340 a day, and never longer than
 * that in the way of its owner. An address: as many at once as an office or a school behind it may need.
 */
export const attemptPolicies = (freePerAddress: number): Record<SubjectKind, Policy> => ({
  account: { free: 5, longestDelay: 5 * minutes, window: 6 * hours },
  address: { free: freePerAddress, longestDelay: 15 * minutes, window: hours },
  registration: { free: freePerAddress, longestDelay: 15 * minutes, window: hours },
  code: { free: 10, longestDelay: 15 * minutes, window: 6 * hours },
  reset: { free: 3, longestDelay: 15 * minutes, window: 6 * hours },
});

/** Seconds to wait after the nth attempt of a window. */
export const delayAfter = ({ free, longestDelay }: Policy, attempts: number) =>
  attempts <= free ? 0 : Math.min(longestDelay, 2 ** (attempts - free - 1));

/** One household or office: an IPv4 address, or the 64 bits of an IPv6 address that a provider hands out. */
export const networkOf = (address: string) => {
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const zeros = address.includes('::') ? Array.from({ length: 8 - before.length - after.length }, () => '0') : [];
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
};

export interface AttemptLimiter {
  /** Counts an attempt before it is made. @throws AppError TOO_MANY_ATTEMPTS with `retryAfter` in seconds */
  begin(subjects: readonly Subject[]): Promise<void>;
  /** It was right: the account is forgotten, an address gets its attempt back. */
  succeed(subjects: readonly Subject[]): Promise<void>;
}

/**
 * Slows down whoever guesses. Attempts are counted before anything is looked up, so an unknown account costs and answers
 * as a known one, and a hundred guesses at once are a hundred.
 */
export const attemptLimiter = (
  { table, clock }: { table: Table; clock: Clock },
  freePerAddress: number,
): AttemptLimiter => {
  const policies = attemptPolicies(freePerAddress);
  const store = attemptStore(table);
  const keyOf = ({ kind, value }: Subject): AttemptKey => {
    const { window } = policies[kind];
    const index = Math.floor(clock().getTime() / 1000 / window);
    const folded = kind === 'address' || kind === 'registration' ? networkOf(value) : value.trim().toLowerCase();
    return { kind, hash: sha256(folded), window: index, endsAt: (index + 1) * window };
  };
  const refuse = (until: number) => {
    const retryAfter = Math.max(1, Math.ceil((until - clock().getTime()) / 1000));
    throw new AppError('TOO_MANY_ATTEMPTS', `Too many attempts: try again in ${retryAfter} s`, { retryAfter });
  };

  return {
    begin: async (subjects) => {
      for (const subject of subjects) {
        const key = keyOf(subject);
        const now = clock().getTime();
        const counted = await store.count(key, now);
        if (counted.blockedUntil > now) refuse(counted.blockedUntil);
        const delay = delayAfter(policies[subject.kind], counted.attempts);
        if (delay === 0) continue;
        // Of all that were counted at this moment one goes on: whoever puts the bar up.
        const until = now + delay * 1000;
        const standing = await store.block(key, now, until);
        if (standing !== until) refuse(standing);
      }
    },
    succeed: async (subjects) => {
      for (const subject of subjects) {
        if (subject.kind === 'account' || subject.kind === 'code') await store.forget(keyOf(subject));
        if (subject.kind === 'address') await store.giveBack(keyOf(subject));
      }
    },
  };
};
