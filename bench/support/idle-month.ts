import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { costOf, monthlyPrices, prices } from '../prices.ts';
import { readMeter, usedBetween } from './meter.ts';
import type { StackAddresses } from './stack.ts';

const minutesOfMonth = 30 * 24 * 60;
/** Lambda polls an idle queue with five long polls at a time, each 20 seconds long. */
const pollsOfMonth = minutesOfMonth * 3 * 5;

const Template = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });

const resourceTypes = (assembly: string) =>
  globSync('*.template.json', { cwd: assembly }).flatMap((file) => {
    const { Resources } = Template.parse(JSON.parse(readFileSync(join(assembly, file), 'utf8')));
    return Object.values(Resources).map(({ Type }) => Type);
  });

/** What an installation costs in a month in which nobody uses it: what the template has, and what schedules do. */
export const idleMonth = async (assembly: string, { controlUrl }: StackAddresses) => {
  const types = resourceTypes(assembly);
  const count = (type: string) => types.filter((one) => one === type).length;
  const schedules = z
    .array(z.object({ name: z.string() }))
    .parse(await (await fetch(`${controlUrl}/schedules`)).json());
  const fireAll = async () => {
    for (const { name } of schedules) await fetch(`${controlUrl}/schedules/${name}/fire`, { method: 'POST' });
  };
  await fireAll();
  const before = await readMeter(controlUrl);
  await fireAll();
  const used = usedBetween(before, await readMeter(controlUrl));
  // All schedules of the template run every minute.
  const dollars = {
    keys: count('AWS::KMS::Key') * monthlyPrices.key,
    alarms: count('AWS::CloudWatch::Alarm') * monthlyPrices.alarm,
    polls: count('AWS::Lambda::EventSourceMapping') * pollsOfMonth * prices.sqsRequests,
    schedules: costOf(used).total * minutesOfMonth,
  };
  return { dollars, total: Object.values(dollars).reduce((sum, part) => sum + part, 0) };
};
