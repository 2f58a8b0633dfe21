import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Notification } from '../../../shared/notifications/jobs.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { authKeys } from '../../../shared/platform/table/keys.ts';
import { masked, mostGuesses, parseChallenge } from '../../../shared/verification-codes/challenge.ts';
import { prove } from '../../../shared/verification-codes/prove.ts';
import { resendCode, startChallenge } from '../../../shared/verification-codes/start-challenge.ts';
import { identityOn } from '../../support/identity.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();

/** A challenge by e-mail, and the codes that were sent for it. */
const challenged = async () => {
  const later = { seconds: 0 };
  const sent: Notification[] = [];
  const { services: identity } = identityOn(table, later);
  const notifications = { send: async (_: unknown, messages: readonly Notification[]) => void sent.push(...messages) };
  const services = { ...identity, notifications };
  const [organizationId, userId] = [anOrganization(), systemIds.random()];
  const asked = {
    organizationId,
    userId,
    purpose: 'sign_in' as const,
    method: 'email' as const,
    destination: 'd@example.com',
  };
  const { challenge } = await startChallenge(services, asked);
  const code = () => {
    const last = sent.at(-1);
    return last?.kind === 'code' ? last.code : '';
  };
  const attempt = (typed: string, purpose: 'sign_in' | 'password_reset' = 'sign_in') =>
    prove(services, purpose, { challenge, code: typed }).then(
      () => 'proved',
      (error: { code: string }) => error.code,
    );
  return { services, later, challenge, code, attempt, organizationId, userId };
};

test('the right code proves it, with spaces and hyphens as people type them', async () => {
  const { code, attempt } = await challenged();

  expect(await attempt(`${code().slice(0, 3)} ${code().slice(3)}`)).toBe('proved');
  expect(await attempt(code(), 'password_reset')).toBe('INVALID_CODE');
});

test('of many guesses at once five are looked at', async () => {
  const { code, attempt } = await challenged();
  const wrong = code() === '999999' ? '999998' : '999999';

  await Promise.all(Array.from({ length: 30 }, () => attempt(wrong)));

  expect(await attempt(code())).not.toBe('proved');
});

test('a code dies with its ten minutes', async () => {
  const { code, attempt, later } = await challenged();

  later.seconds = 600;

  expect(await attempt(code())).toBe('INVALID_CODE');
});

test('another code takes the place of the first, not sooner than after half a minute and five times at most', async () => {
  const { services, code, attempt, later, challenge } = await challenged();
  const first = code();
  const again = () =>
    resendCode(services, challenge).then(
      () => 'sent',
      (error: { code: string }) => error.code,
    );

  const outcomes = [await again()];
  for (const seconds of [31, 62, 93, 124, 155]) {
    later.seconds = seconds;
    outcomes.push(await again());
  }

  expect(outcomes).toEqual(['TOO_MANY_ATTEMPTS', 'sent', 'sent', 'sent', 'sent', 'TOO_MANY_ATTEMPTS']);
  if (first !== code()) expect(await attempt(first)).toBe('INVALID_CODE');
  expect(await attempt(code())).toBe('proved');
});

test('the table keeps neither code nor secret, and not what would let either be guessed', async () => {
  const { code, challenge, organizationId, userId } = await challenged();
  const token = parseChallenge(challenge);

  const item = await table.get(authKeys.challenge(organizationId, userId, token?.challengeId ?? ''));

  const text = JSON.stringify(item);
  expect(text).not.toContain(code());
  expect(text).not.toContain(token?.secret);
  expect(item).toMatchObject({ guessesLeft: mostGuesses });
});

test('codes have six digits, any of them', () => {
  const codes = Array.from({ length: 2000 }, () => systemIds.digits(6));

  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true);
  expect(new Set(codes.map((code) => code.charAt(0))).size).toBe(10);
});

test('a masked address shows its first letter, its domain, or its last four digits, and no more', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (address) => {
      const [, first, domain] = /^(.).*?(@.*)$/u.exec(address) ?? [];

      expect(masked(address)).toBe(`${first}•••${domain}`);
    }),
  );
  expect(masked('+12025550143')).toBe('•••0143');
});
