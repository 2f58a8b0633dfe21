import * as z from 'zod';
import { lessThan, missing, moreThan, or } from '../platform/table/expression.ts';
import { directoryKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';

/** Whose attempts, in which window; `endsAt` in epoch seconds. */
export interface AttemptKey {
  kind: string;
  hash: string;
  window: number;
  endsAt: number;
}

const Attempts = z.object({ attempts: z.number().default(0), blockedUntil: z.number().default(0) });
export type Attempts = z.infer<typeof Attempts>;

/** Counted attempts, by subject and window. Names that nobody has are counted too, so they belong to no organization. */
export const attemptStore = (table: Table) => {
  const itemKey = ({ kind, hash, window }: AttemptKey) => directoryKeys.attempts(kind, hash, window);
  const open = (now: number) => or(missing('blockedUntil'), lessThan('blockedUntil', now + 1));
  return {
    /** Counts one, unless a bar is up (epoch milliseconds): then answers it as it stands. */
    count: async (key: AttemptKey, now: number): Promise<Attempts> => {
      try {
        const change = { add: { attempts: 1 }, set: { ttl: key.endsAt } };
        return Attempts.parse(await table.update(itemKey(key), change, open(now)));
      } catch (error) {
        if (error instanceof ConditionFailed) return Attempts.parse(error.item);
        throw error;
      }
    },

    /** Puts up a bar until `until`, unless one is up. Answers until when the one that stands is. */
    block: async (key: AttemptKey, now: number, until: number): Promise<number> => {
      try {
        await table.update(itemKey(key), { set: { blockedUntil: until, ttl: key.endsAt } }, open(now));
        return until;
      } catch (error) {
        if (error instanceof ConditionFailed) return Attempts.parse(error.item).blockedUntil;
        throw error;
      }
    },

    forget: (key: AttemptKey): Promise<void> => table.delete(itemKey(key)),

    giveBack: (key: AttemptKey) =>
      unlessRefused(() => table.update(itemKey(key), { add: { attempts: -1 } }, moreThan('attempts', 0))),
  };
};
