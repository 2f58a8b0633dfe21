import { AppError } from '../errors.ts';
import type { Notification } from '../notifications/jobs.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { WorkQueue } from '../platform/queue.ts';
import type { Table } from '../platform/table/table.ts';
import {
  type Challenge,
  type ChallengeToken,
  type ChallengeView,
  codeMinutes,
  formatChallenge,
  type Method,
  masked,
  mostGuesses,
  type Purpose,
  parseChallenge,
  resendSeconds,
} from './challenge.ts';
import { challengeStore } from './challenge-store.ts';

export interface ChallengeServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  notifications: WorkQueue<Notification>;
}

const secretBytes = 32;

export const hashOfCode = (secret: string, code: string) => sha256(`${secret}.${code}`);

/** One answer for whatever proves nothing: wrong, used, expired, made up. */
export const invalidCode = () => new AppError('INVALID_CODE', 'The code is not valid, or not any more');

export interface NewChallenge {
  organizationId: OrganizationId;
  userId: string;
  purpose: Purpose;
  method: Method;
  destination?: string | undefined;
  /** There is nobody to prove anything, and nobody may see that: all is done but the sending. */
  decoy?: boolean;
}

/** Asks somebody to prove something, and sends the code. */
export const startChallenge = async (services: ChallengeServices, asked: NewChallenge): Promise<ChallengeView> => {
  const { table, clock, ids } = services;
  const { organizationId, userId, purpose, method, destination, decoy = false } = asked;
  const now = clock();
  const secret = ids.secret(secretBytes);
  const code = ids.digits(6);
  const challenge: Challenge = {
    id: ids.random(),
    userId,
    purpose,
    method,
    ...(destination === undefined ? {} : { destination }),
    ...(method === 'totp' ? {} : { codeHash: hashOfCode(secret, code) }),
    secretHash: sha256(secret),
    guessesLeft: mostGuesses,
    sends: 1,
    sentAt: now.toISOString(),
    expiresAt: isoAfter(now, codeMinutes * 60),
  };
  await challengeStore(table, organizationId).create(challenge);
  if (method !== 'totp') await sendCode(services, organizationId, challenge, decoy ? undefined : code);
  return viewOf(challenge, { organizationId, userId, challengeId: challenge.id, secret });
};

/** Sends another code; the former one works no more. @throws AppError INVALID_CODE, TOO_MANY_ATTEMPTS */
export const resendCode = async (services: ChallengeServices, text: string): Promise<ChallengeView> => {
  const { table, clock, ids } = services;
  const token = parseChallenge(text);
  if (!token) throw invalidCode();
  const { organizationId, userId, challengeId, secret } = token;
  const now = clock();
  const code = ids.digits(6);
  const challenge = await challengeStore(table, organizationId).resend(userId, challengeId, {
    codeHash: hashOfCode(secret, code),
    secretHash: sha256(secret),
    now: now.toISOString(),
    sentBefore: isoAfter(now, -resendSeconds),
  });
  if (!challenge)
    throw new AppError('TOO_MANY_ATTEMPTS', 'No other code is sent yet, or any more: begin anew', {
      retryAfter: resendSeconds,
    });
  if (challenge.method !== 'totp') await sendCode(services, organizationId, challenge, code);
  return viewOf(challenge, token);
};

const viewOf = (challenge: Challenge, token: ChallengeToken): ChallengeView => ({
  challenge: formatChallenge(token),
  method: challenge.method,
  destination: challenge.destination === undefined ? null : masked(challenge.destination),
  expiresAt: challenge.expiresAt,
  resendAfter: isoAfter(new Date(challenge.sentAt), resendSeconds),
});

const sendCode = async (
  { notifications }: ChallengeServices,
  organizationId: OrganizationId,
  { method, destination: to, purpose }: Challenge,
  code: string | undefined,
) => {
  const message: Notification =
    code === undefined || to === undefined || method === 'totp'
      ? { organizationId, kind: 'nothing' }
      : { organizationId, kind: 'code', channel: method, to, code, purpose, minutes: codeMinutes };
  await notifications.send(organizationId, [message]);
};
