import { afterEach, expect, test } from 'vitest';
import type { LocalSchedule } from '../../../../lib/local/local-runtime.ts';
import { eventsRule as kind } from '../../../../lib/local/resources/events-rule.ts';
import { fakeRuntime, functionArn } from '../support/fake-runtime.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/Stack-Rule';

async function start(properties: object) {
  const fake = await fakeRuntime({ clock: () => null });
  stop = fake.stop;
  const schedules = new Map<string, LocalSchedule>();
  const runtime = { ...fake.runtime, schedules, automaticSchedules: false };
  await kind.start?.(
    {
      stack: 'Stack',
      logicalId: 'Rule',
      type: kind.type,
      properties: { ScheduleExpression: 'rate(1 minute)', ...properties },
    },
    runtime,
  );
  return { ...fake, schedules };
}

test('a fired rule invokes its function as EventBridge, with the scheduled event', async () => {
  const { schedules, invocations } = await start({ Targets: [{ Arn: functionArn('clock'), Id: 'Target0' }] });

  await schedules.get('Stack-Rule')?.fire();

  expect(invocations).toMatchObject([
    {
      functionArn: functionArn('clock'),
      invoker: { kind: 'service', principal: 'events.amazonaws.com', sourceArn: ruleArn },
      event: { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [ruleArn], detail: {} },
    },
  ]);
});

test('a target with an input of its own gets that instead', async () => {
  const { schedules, invocations } = await start({
    Targets: [
      { Arn: functionArn('clock'), Id: 'Target0', Input: '{"job":"sweep"}', RetryPolicy: { MaximumRetryAttempts: 0 } },
    ],
  });

  await schedules.get('Stack-Rule')?.fire();

  expect(invocations.map(({ event }) => event)).toEqual([{ job: 'sweep' }]);
});

test('an event pattern and a target that is no function are refused', async () => {
  expect(kind.properties).not.toContain('EventPattern');
  await expect(start({ Targets: [{ Arn: 'arn:aws:sqs:us-east-1:000000000000:q', Id: 'T' }] })).rejects.toThrow(
    'only functions',
  );
});
