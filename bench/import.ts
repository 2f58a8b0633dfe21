import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createPrincipals } from '../lib/local/wire/principals.ts';
import { openTable } from '../shared/platform/table/table.ts';
import { type Bench, figure, type Report } from './support/bench.ts';
import { importTimed } from './support/contact-file.ts';
import { callsBetween, readMeter, usedBetween } from './support/meter.ts';
import { signUp } from './support/organization.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

const usualRows = 50_000;
const warmUpRows = 500;
/** measures.md: of the engine's own BatchWriteItem rate. */
const leastRatio = 0.7;
/** What DynamoDB takes in one BatchWriteItem, and how many of those at once the engine is fastest with. */
const batchSize = 25;
const batchesAtOnce = 8;
/** Conditional inserts that are timed; the rest takes as long in proportion. */
const insertsSampled = 20_000;

export const importBench: Bench = {
  about: 'rows a second of an upload, against the engine’s own batch writes',
  run: (options, report) =>
    withStack(options, async (stack) => {
      const rows = options.rows ?? usualRows;
      const { api } = await signUp(stack.apiUrl);
      await importTimed(api, warmUpRows);
      const engine = await engineAlone(stack);
      // Some before and the rest after: who else uses the machine changes its mind in such a time.
      let alone = await engine.write(rows);
      const before = await readMeter(stack.controlUrl);
      const { seconds, job } = await importTimed((await signUp(stack.apiUrl)).api, rows);
      const after = await readMeter(stack.controlUrl);
      const { writeUnits = 0 } = usedBetween(before, after);
      const inserts =
        callsBetween(before, after).find(({ name }) => name === 'dynamodb BatchExecuteStatement')?.writeUnits ?? 0;
      const { imported, duplicates, invalidContacts } = job.results;
      alone += await engine.write(Math.round(writeUnits) - rows);
      const sample = Math.min(inserts, insertsSampled);
      const alike = (await engine.insert(sample)) * (inserts / sample) + alone * (1 - inserts / writeUnits);
      engine.close();
      const ratio = alone / seconds;
      report(
        `${figure(rows)} rows in ${seconds.toFixed(1)} s: ${figure(rows / seconds)} rows/s; ${figure(imported)} imported, ${figure(duplicates)} duplicates, ${figure(invalidContacts)} invalid`,
        { measure: 'import', rows, seconds, rowsPerSecond: rows / seconds, results: job.results },
      );
      report(
        `${ratio.toFixed(2)} of the engine alone (at least ${leastRatio}): ${figure(writeUnits)} items (${(writeUnits / rows).toFixed(2)} a row) by BatchWriteItem in ${alone.toFixed(1)} s`,
        { measure: 'import ratio', ratio, atLeast: leastRatio, items: writeUnits, engineSeconds: alone },
      );
      report(
        `${(alike / seconds).toFixed(2)} of the engine alone with the same calls: ${figure(inserts)} of the items by PartiQL INSERT, which makes sure that nothing stood there, at the same price on AWS, in ${alike.toFixed(1)} s`,
        { measure: 'import ratio, same calls', ratio: alike / seconds, inserts, engineSeconds: alike },
      );
      await workerMemory(stack, report);
    }),
};

/** Writes items of a contact's size past the gateway, and says how many seconds so many took. */
const engineAlone = async ({ engineUrl }: StackAddresses) => {
  const TableName = 'bench-writes';
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: engineUrl,
    credentials: createPrincipals().administrator,
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  let written = 0;
  const timed = async (
    count: number,
    send: (items: ReturnType<typeof itemOf>[]) => Promise<unknown>,
  ): Promise<number> => {
    const end = written + count;
    const began = performance.now();
    const loop = async () => {
      while (written < end) {
        const first = written;
        written = Math.min(first + batchSize, end);
        await send(Array.from({ length: written - first }, (_, index) => itemOf(first + index)));
      }
    };
    await Promise.all(Array.from({ length: batchesAtOnce }, loop));
    return (performance.now() - began) / 1000;
  };
  const put = (items: ReturnType<typeof itemOf>[]) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TableName]: items.map((item) => ({ PutRequest: { Item: marshall(item) } })) },
      }),
    );
  const table = openTable(DynamoDBDocumentClient.from(client), TableName);
  return {
    write: (count: number) => timed(count, put),
    insert: (count: number) => timed(count, table.insertAll),
    close: () => client.destroy(),
  };
};

/** About 300 bytes, which is between a contact and its claims. */
const itemOf = (index: number) => ({
  pk: `O#bench#contacts#${index % 16}`,
  sk: `contact-${index}`,
  content: 'x'.repeat(200),
  version: 1,
});

/** The highest samples of the functions that imported, against the memory that the template gives them. */
const workerMemory = async ({ controlUrl }: StackAddresses, report: Report) => {
  const { functions } = await readMeter(controlUrl);
  for (const { name, invocations, peakMemoryMb, memoryMb } of functions) {
    if (invocations === 0 || !/import/i.test(name)) continue;
    report(`${name}: ${peakMemoryMb} MB at most of ${memoryMb} MB, ${invocations} invocations`, {
      measure: 'memory',
      function: name,
      peakMemoryMb,
      memoryMb,
      invocations,
    });
  }
};
