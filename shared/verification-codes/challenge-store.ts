import { expiresAfter } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, lessThan, missing, moreThan } from '../platform/table/expression.ts';
import { authKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { Challenge, mostSends, type Purpose } from './challenge.ts';

/** The challenges of an organization's auth users. */
export const challengeStore = (table: Table, organizationId: OrganizationId) => {
  const keyOf = (userId: string, challengeId: string) => authKeys.challenge(organizationId, userId, challengeId);
  /** Open to whoever has the secret: not used, not expired. */
  const open = (secretHash: string, now: string) =>
    and(equals('secretHash', secretHash), missing('usedAt'), moreThan('expiresAt', now));
  const updated = async (run: () => Promise<Record<string, unknown>>): Promise<Challenge | undefined> => {
    try {
      return Challenge.parse(await run());
    } catch (error) {
      if (error instanceof ConditionFailed) return undefined;
      throw error;
    }
  };
  return {
    create: (challenge: Challenge): Promise<void> =>
      table.put({
        ...keyOf(challenge.userId, challenge.id),
        ...challenge,
        ttl: expiresAfter(new Date(challenge.expiresAt), 3600),
      }),

    /** Takes one of the guesses that are left, before it is looked at. Undefined when there is none. */
    guess: (
      userId: string,
      challengeId: string,
      { purpose, secretHash, now }: { purpose: Purpose; secretHash: string; now: string },
    ): Promise<Challenge | undefined> =>
      updated(() =>
        table.update(
          keyOf(userId, challengeId),
          { add: { guessesLeft: -1 } },
          and(open(secretHash, now), equals('purpose', purpose), moreThan('guessesLeft', 0)),
        ),
      ),

    /** Puts another code in the place of the last one. Undefined when it is too soon, or too often. */
    resend: (
      userId: string,
      challengeId: string,
      change: { codeHash: string; secretHash: string; now: string; sentBefore: string },
    ): Promise<Challenge | undefined> =>
      updated(() =>
        table.update(
          keyOf(userId, challengeId),
          { set: { codeHash: change.codeHash, sentAt: change.now }, add: { sends: 1 } },
          and(
            open(change.secretHash, change.now),
            lessThan('sentAt', change.sentBefore),
            lessThan('sends', mostSends),
            moreThan('guessesLeft', 0),
          ),
        ),
      ),

    /** The write that uses a challenge up, for the transaction of what was proved: it works once. */
    use: ({ userId, id }: Challenge, now: string): Write => ({
      update: keyOf(userId, id),
      change: { set: { usedAt: now } },
      if: missing('usedAt'),
    }),
  };
};
