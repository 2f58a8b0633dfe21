import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../../shared/platform/clock.ts';
import type { OrganizationId } from '../../../shared/platform/organization-id.ts';
import { organizationKeys } from '../../../shared/platform/table/keys.ts';
import type { Table } from '../../../shared/platform/table/table.ts';
import { blockOf, limits } from '../../../shared/rate-limits/rate-limit.ts';
import { rateLimiter } from '../../../shared/rate-limits/rate-limiter.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();
const start = Math.floor(systemClock().getTime() / 86_400_000) * 86_400_000;
const onClock = (later: { seconds: number }) => () => new Date(start + later.seconds * 1000);
const tiered = async (subscriptionTier: string) => {
  const organizationId = anOrganization();
  await table.put({ ...organizationKeys.organization(organizationId), subscriptionTier });
  return organizationId;
};
/** The table as many calls as a limiter makes of it. */
const counting = () => {
  const calls = { reads: 0, writes: 0 };
  const counted: Table = {
    ...table,
    getAll: (...args) => {
      calls.reads += 1;
      return table.getAll(...args);
    },
    update: (...args) => {
      calls.writes += 1;
      return table.update(...args);
    },
  };
  return { counted, calls };
};
const isSpent = (limiter: ReturnType<typeof rateLimiter>, organizationId: OrganizationId) =>
  limiter.spend(organizationId, 'api_calls').then(
    () => true,
    (error: { code: string }) => {
      if (error.code !== 'RATE_LIMITED') throw error;
      return false;
    },
  );

test('ten thousand calls are ten thousand, at a hundredth or so of a write each', async () => {
  const organizationId = await tiered('free');
  const { counted, calls } = counting();
  const limiter = rateLimiter({ table: counted, clock: onClock({ seconds: 0 }) });
  let made = 0;

  for (let call = 0; call < 10_500; call += 1) if (await isSpent(limiter, organizationId)) made += 1;

  expect(made).toBe(limits.free.api_calls);
  expect(calls.writes).toBeLessThan(200);
  expect(calls.reads).toBeLessThan(200);
});

test('environments side by side never get over, and leave little of it unused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 8 }), async (environments) => {
      const organizationId = await tiered('free');
      const clock = onClock({ seconds: 0 });
      const limiters = Array.from({ length: environments }, () => rateLimiter({ table, clock }));

      const counts = await Promise.all(
        limiters.map(async (limiter) => {
          let made = 0;
          while (await isSpent(limiter, organizationId)) made += 1;
          return made;
        }),
      );

      expect(counts.reduce((sum, made) => sum + made, 0)).toBe(limits.free.api_calls);
    }),
    { numRuns: 3 },
  );
});

test('an answer of the table that got lost costs a block at most, and lets nobody get over', async () => {
  const organizationId = await tiered('free');
  const clock = onClock({ seconds: 0 });
  for (const nth of [1, 2, 3, 4])
    await rateLimiter({ table: dyingTable(table, nth, 'after').table, clock })
      .spend(organizationId, 'imports')
      .catch(() => undefined);
  const limiter = rateLimiter({ table, clock });
  let made = 0;

  for (let call = 0; call < 10; call += 1)
    await limiter.spend(organizationId, 'imports').then(
      () => {
        made += 1;
      },
      () => undefined,
    );

  expect(made).toBeLessThanOrEqual(limits.free.imports);
});

test('a window that is used up is refused until it ends, with the seconds to wait, and asked for once a minute', async () => {
  const organizationId = await tiered('free');
  const later = { seconds: 0 };
  const { counted, calls } = counting();
  const limiter = rateLimiter({ table: counted, clock: onClock(later) });
  for (let call = 0; call < 5; call += 1) await limiter.spend(organizationId, 'imports');
  await limiter.spend(organizationId, 'imports').catch(() => undefined);
  calls.reads = 0;

  later.seconds = 30;
  const refused = await limiter.spend(organizationId, 'imports').catch((error: unknown) => error);
  later.seconds = 86_400;
  const next = await limiter.spend(organizationId, 'imports');

  expect(refused).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 86_370, limit: 5 } });
  expect(next).toEqual({ policy: '"imports";q=5;w=86400', state: '"imports";r=4;t=86400' });
  expect(calls.reads).toBe(1);
});

test('a raised tier counts within a minute, and what is unlimited is not counted', async () => {
  const organizationId = await tiered('free');
  const later = { seconds: 0 };
  const limiter = rateLimiter({ table, clock: onClock(later) });
  for (let call = 0; call < 6; call += 1) await limiter.spend(organizationId, 'imports').catch(() => undefined);
  await table.put({ ...organizationKeys.organization(organizationId), subscriptionTier: 'enterprise' });

  later.seconds = 61;

  expect(await limiter.spend(organizationId, 'imports')).toBeUndefined();
});

test('a block is a hundredth of the limit, less towards the end, and never more than is left', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (limit, some) => {
      const left = Math.min(limit, some);
      const block = blockOf(limit, left);

      expect(block).toBeGreaterThanOrEqual(1);
      expect(block).toBeLessThanOrEqual(Math.min(left, Math.ceil(limit / 100)));
    }),
  );
});
