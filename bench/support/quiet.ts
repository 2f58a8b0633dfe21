import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createPrincipals } from '../../lib/local/wire/principals.ts';
import type { Key } from '../../shared/platform/table/item.ts';
import { callsBetween, readMeter } from './meter.ts';
import type { StackAddresses } from './stack.ts';

const pollMs = 200;
/** Workers that have nothing to do for so long are done. */
const quietPolls = 10;
const longestMs = 110_000;

/**
 * Waits until an item's status is one of `last` and then until nobody calls AWS any more. It looks past API and
 * gateway, so that looking is not counted.
 */
export const waitForStatus = async (stack: StackAddresses, key: Key, last: readonly string[]): Promise<void> => {
  const { engineUrl: endpoint, tableName: TableName } = stack;
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: createPrincipals().administrator }),
  );
  const giveUp = performance.now() + longestMs;
  for (;;) {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { pk: key.pk, sk: key.sk } }));
    if (last.includes(String(Item?.status))) break;
    if (performance.now() > giveUp) throw new Error(`The job is still ${String(Item?.status)}`);
    await sleep(pollMs);
  }
  client.destroy();
  await quiet(stack);
};

/** Waits until no call to AWS but idle polls has been made for a while. */
export const quiet = async ({ controlUrl }: StackAddresses) => {
  let calls = -1;
  for (let same = 0; same < quietPolls; same += 1) {
    const { aws } = await readMeter(controlUrl);
    const now = aws.reduce((sum, row) => sum + (row.operation === 'ReceiveMessage' ? 0 : row.requests), 0);
    if (now !== calls) same = 0;
    calls = now;
    await sleep(pollMs);
  }
};

/** The request units that `work` takes, once what was before it is over. */
export const unitsOf = async (stack: StackAddresses, work: () => Promise<void>) => {
  await quiet(stack);
  const before = await readMeter(stack.controlUrl);
  await work();
  const calls = callsBetween(before, await readMeter(stack.controlUrl));
  const sum = (unit: 'readUnits' | 'writeUnits') => calls.reduce((total, call) => total + call[unit], 0);
  return { readUnits: sum('readUnits'), writeUnits: sum('writeUnits') };
};
