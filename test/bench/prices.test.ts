import { expect, test } from 'vitest';
import { costOf, costPerMillion } from '../../bench/prices.ts';

test('a cost is the sum of what was used, each at its own price', () => {
  const { total, parts } = costOf({ readUnits: 2_000_000, writeUnits: 1_000_000, lambdaGbSeconds: 1000, s3Puts: 0 });

  expect(total).toBeCloseTo(0.25 + 0.625 + 0.0133334, 10);
  expect(parts.map(({ of }) => of)).toEqual(['writeUnits', 'readUnits', 'lambdaGbSeconds']);
});

test('the cost of a million jobs follows from what some of them used', () => {
  const { total } = costPerMillion({ apiRequests: 50, readUnits: 100, bytesLogged: 50 * 400 }, 50);

  expect(total).toBeCloseTo(1 + 2 * 0.125 + 0.2, 10);
});
