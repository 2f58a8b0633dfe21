import { randomUUID } from 'node:crypto';

/** The event of a rule that gives its target no input of its own. */
export function scheduledEvent(ruleArn: string, time: Date, { account, region }: { account: string; region: string }) {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: `${time.toISOString().slice(0, 19)}Z`,
    region,
    resources: [ruleArn],
    detail: {},
  };
}
