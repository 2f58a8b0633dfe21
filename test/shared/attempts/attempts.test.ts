import { expect, test } from 'vitest';
import {
  attemptLimiter,
  attemptPolicies,
  delayAfter,
  networkOf,
  type Subject,
} from '../../../shared/attempts/attempts.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();
const start = Math.floor(systemClock().getTime() / 21_600_000) * 21_600_000;
const aLimiter = () => {
  const later = { seconds: 0 };
  const clock = () => new Date(start + later.seconds * 1000);
  return { later, ...attemptLimiter({ table, clock }, 30) };
};
const account = (): Subject => ({ kind: 'account', value: systemIds.random() });
const outcomeOf = (attempt: Promise<void>) =>
  attempt.then(
    () => 'made',
    (error: { code: string; details: { retryAfter: number } }) => `${error.code} ${error.details.retryAfter}`,
  );

test('some attempts are free, then each waits twice as long as the one before', async () => {
  const { begin, later } = aLimiter();
  const subject = account();
  for (let count = 0; count < 5; count += 1) await begin([subject]);

  const outcomes = [await outcomeOf(begin([subject])), await outcomeOf(begin([subject]))];
  later.seconds = 1;
  outcomes.push(await outcomeOf(begin([subject])), await outcomeOf(begin([subject])));

  expect(outcomes).toEqual(['made', 'TOO_MANY_ATTEMPTS 1', 'made', 'TOO_MANY_ATTEMPTS 2']);
});

test('a hundred guesses at once are a hundred: no more than the free ones and one go through', async () => {
  const { begin } = aLimiter();
  const subject = account();

  const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcomeOf(begin([subject]))));

  const made = outcomes.filter((outcome) => outcome === 'made').length;
  expect(made).toBeGreaterThanOrEqual(5);
  expect(made).toBeLessThanOrEqual(6);
});

test('a success forgets the account and gives the address its attempt back', async () => {
  const { begin, succeed } = aLimiter();
  const subjects: Subject[] = [account(), { kind: 'address', value: '192.0.2.1' }];

  for (let count = 0; count < 60; count += 1) {
    await begin(subjects);
    await succeed(subjects);
  }

  expect(await outcomeOf(begin(subjects))).toBe('made');
});

test('one address that tries many accounts is slowed down', async () => {
  const { begin } = aLimiter();
  const address: Subject = { kind: 'address', value: `198.51.100.${Math.floor(start / 1000) % 250}` };
  for (let count = 0; count < 31; count += 1) await begin([account(), address]);

  expect(await outcomeOf(begin([account(), address]))).toMatch(/^TOO_MANY_ATTEMPTS/);
});

test('after its window all is forgotten, and names count alike in any case', async () => {
  const { begin, later } = aLimiter();
  const { kind, value } = account();
  for (let count = 0; count < 6; count += 1) await begin([{ kind, value: value.toUpperCase() }]);

  expect(await outcomeOf(begin([{ kind, value }]))).toMatch(/^TOO_MANY_ATTEMPTS/);
  later.seconds = 6 * 3600;
  expect(await outcomeOf(begin([{ kind, value }]))).toBe('made');
});

test('delays end somewhere: nobody is locked out for long', () => {
  const { account: policy } = attemptPolicies(30);

  expect([5, 6, 7, 8, 14, 15, 1000].map((attempts) => delayAfter(policy, attempts))).toEqual([
    0, 1, 2, 4, 256, 300, 300,
  ]);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
