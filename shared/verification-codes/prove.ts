import { timingSafeEqual } from 'node:crypto';
import type { AttemptLimiter, Subject } from '../attempts/attempts.ts';
import { sha256 } from '../platform/hash.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Write } from '../platform/table/transact.ts';
import { type Challenge, type Purpose, parseChallenge } from './challenge.ts';
import { challengeStore } from './challenge-store.ts';
import { type ChallengeServices, hashOfCode, invalidCode } from './start-challenge.ts';

/** How codes are checked that nobody sent: those of an authenticator app, and recovery codes. */
export interface OwnCodes {
  /** The writes that use the code up, or undefined when it is wrong. */
  check(organizationId: OrganizationId, userId: string, code: string): Promise<Write[] | undefined>;
}

export interface ProofServices extends ChallengeServices {
  attempts: AttemptLimiter;
  ownCodes: OwnCodes;
}

export interface Proof {
  organizationId: OrganizationId;
  userId: string;
  challenge: Challenge;
  /** For the transaction of what was proved: refused for whoever comes second with the same code. */
  writes: Write[];
  /** To be forgotten once it succeeded. */
  subjects: Subject[];
}

/**
 * Whether `code` answers a challenge. The guess is counted before it is looked at.
 * @throws AppError INVALID_CODE, TOO_MANY_ATTEMPTS
 */
export const prove = async (
  services: ProofServices,
  purpose: Purpose,
  { challenge: text, code }: { challenge: string; code: string },
): Promise<Proof> => {
  const { table, clock, attempts, ownCodes } = services;
  const token = parseChallenge(text);
  if (!token) throw invalidCode();
  const { organizationId, userId, challengeId, secret } = token;
  const subjects: Subject[] = [{ kind: 'code', value: userId }];
  await attempts.begin(subjects);
  const store = challengeStore(table, organizationId);
  const now = clock().toISOString();
  const challenge = await store.guess(userId, challengeId, { purpose, secretHash: sha256(secret), now });
  if (!challenge) throw invalidCode();
  const typed = code.replaceAll(/[\s-]/g, '');
  const own =
    challenge.method === 'totp' ? await ownCodes.check(organizationId, userId, typed) : sent(challenge, secret, typed);
  if (!own) throw invalidCode();
  const sends: Subject = { kind: 'code', value: `send#${userId}` };
  return {
    organizationId,
    userId,
    challenge,
    writes: [store.use(challenge, now), ...own],
    subjects: [...subjects, sends],
  };
};

/** A code that was sent has nothing more to use up than its challenge. */
const sent = ({ codeHash }: Challenge, secret: string, code: string): Write[] | undefined => {
  const typed = Buffer.from(hashOfCode(secret, code));
  const expected = Buffer.from(codeHash ?? '');
  return typed.length === expected.length && timingSafeEqual(typed, expected) ? [] : undefined;
};
