import { expect, test } from 'vitest';
import { nextTime } from '../../../../lib/local/schedules/schedule-expression.ts';

const after = (expression: string, time: string) => {
  const next = nextTime(expression)(Date.parse(time));
  return next === undefined ? undefined : new Date(next).toISOString();
};
// A Saturday.
const now = '2026-11-21T07:30:20Z';

test.each([
  ['rate(1 minute)', '2026-11-21T07:31:20.000Z'],
  ['rate(5 hours)', '2026-11-21T12:30:20.000Z'],
  ['cron(0 8 * * ? *)', '2026-11-21T08:00:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-11-21T07:45:00.000Z'],
  ['cron(5/10 7 ? * * *)', '2026-11-21T07:35:00.000Z'],
  ['cron(0 8 ? * MON-FRI *)', '2026-11-23T08:00:00.000Z'],
  ['cron(0 8 ? * 2 *)', '2026-11-23T08:00:00.000Z'],
  ['cron(0 8 ? * 1,7 *)', '2026-11-21T08:00:00.000Z'],
  ['cron(0 0 L * ? *)', '2026-11-30T00:00:00.000Z'],
  ['cron(0 0 ? * 6#1 *)', '2026-12-04T00:00:00.000Z'],
  ['cron(0 0 1 1 ? 2028)', '2028-01-01T00:00:00.000Z'],
  ['cron(0 0 1 1 ? 2020)', undefined],
])('%s is due next at %s', (expression, due) => {
  expect(after(expression, now)).toBe(due);
});

test.each([
  'rate(1 minutes)',
  'rate(5 hour)',
  'rate(0 minutes)',
  'cron(0 8 * * *)',
  'cron(0 8 * * * *)',
  'at(2026-11-21T07:30:20)',
])('%s is refused', (expression) => {
  expect(() => nextTime(expression)).toThrow(expression);
});
