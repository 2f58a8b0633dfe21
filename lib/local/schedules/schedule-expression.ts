import { Cron } from 'croner';

/** When a schedule is due next, in milliseconds since 1970, after a moment; undefined when never again. */
export type NextTime = (after: number) => number | undefined;

const unitMilliseconds: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
// Where a list of values ends in each field of cron(minutes hours day-of-month month day-of-week year).
const fieldEnds = ['59', '23', '31', '12', '7', '2199'];

/** Reads `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)` (UTC). Throws on anything else, as EventBridge does. */
export function nextTime(expression: string): NextTime {
  const rate = /^rate\((?<count>\d+) (?<unit>minute|hour|day)(?<plural>s?)\)$/.exec(expression)?.groups;
  if (rate) return nextByRate(Number(rate['count']), rate['unit'] ?? '', rate['plural'] !== '', expression);
  const fields = /^cron\((?<fields>.+)\)$/.exec(expression)?.groups?.['fields']?.trim().split(/\s+/);
  if (fields?.length === 6) return nextByCron(fields, expression);
  throw new Error(`${expression} is neither rate(…) nor cron(…) of six fields`);
}

function nextByRate(count: number, unit: string, plural: boolean, expression: string): NextTime {
  const period = count * (unitMilliseconds[unit] ?? 0);
  if (period === 0 || plural !== count > 1) throw new Error(`${expression}: EventBridge refuses this value or unit`);
  return (after) => after + period;
}

function nextByCron(fields: readonly string[], expression: string): NextTime {
  const [minutes, hours, dayOfMonth, month, dayOfWeek = '', year] = fields.map(withSteps);
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw new Error(`${expression}: one of day-of-month and day-of-week must be ?`);
  // EventBridge counts days of the week from 1 (Sunday), cron from 0: names are the same in both.
  const weekdays = dayOfWeek.replace(/(?<![#/\d])[1-7](?!\d)/g, (day) => dayNames[Number(day) - 1] ?? day);
  // To the library, ? is a value of its own; here it only says which of the two day fields counts.
  const pattern = ['0', minutes, hours, dayOfMonth, month, weekdays, year].join(' ').replaceAll('?', '*');
  const cron = new Cron(pattern, { timezone: 'UTC', paused: true });
  return (after) => cron.nextRun(new Date(after))?.getTime();
}

// `5/10` runs from 5 to the field's end; cron wants that end written.
function withSteps(field: string, index: number): string {
  return field
    .split(',')
    .map((value) => value.replace(/^(\w+)\//, `$1-${fieldEnds[index]}/`))
    .join(',');
}
