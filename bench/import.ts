import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { madeUpContacts } from '../lib/demo/made-up-contacts.ts';
import { createPrincipals } from '../lib/local/wire/principals.ts';
import { chunkLimits } from '../shared/imports/chunk-cutter.ts';
import { mapConcurrently } from '../shared/platform/concurrent.ts';
import type { Item } from '../shared/platform/table/item.ts';
import { chunksOf } from '../shared/platform/table/retry.ts';
import { type Bench, figure, type Report } from './support/bench.ts';
import { importTimed } from './support/contact-file.ts';
import { itemsOfImport } from './support/import-items.ts';
import { readMeter, usedBetween } from './support/meter.ts';
import { signUp } from './support/organization.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

const usualRows = 50_000;
const warmUpRows = 500;
/** measures.md: of the engine's own BatchWriteItem rate. */
const leastRatio = 0.7;
/** What DynamoDB takes in one BatchWriteItem, and how many of those at once the engine is fastest with. */
const batchSize = 25;
const batchesAtOnce = 4;

export const importBench: Bench = {
  about: 'rows a second of an upload, against the engine’s own batch writes of the same items',
  run: (options, report) =>
    withStack(options, async (stack) => {
      const rows = options.rows ?? usualRows;
      await importTimed((await signUp(stack.apiUrl)).api, warmUpRows);
      const engine = await engineAlone(stack, madeUpContacts(rows));
      // Half before and half after: who else uses the machine changes its mind in such a time.
      await engine.writeUpTo(rows / 2);
      const before = await readMeter(stack.controlUrl);
      const { seconds, job } = await importTimed((await signUp(stack.apiUrl)).api, rows);
      const { writeUnits = 0 } = usedBetween(before, await readMeter(stack.controlUrl));
      await engine.writeUpTo(rows);
      engine.close();
      const { imported, duplicates, invalidContacts } = job.results;
      report(
        `${figure(rows)} rows in ${seconds.toFixed(1)} s: ${figure(rows / seconds)} rows/s; ${figure(imported)} imported, ${figure(duplicates)} duplicates, ${figure(invalidContacts)} invalid; ${figure(writeUnits)} write units (${(writeUnits / imported).toFixed(2)} a contact)`,
        { measure: 'import', rows, seconds, rowsPerSecond: rows / seconds, writeUnits, results: job.results },
      );
      const ratio = engine.seconds() / seconds;
      report(
        `${ratio.toFixed(2)} of the engine alone (at least ${leastRatio}): ${figure(engine.items())} items by BatchWriteItem in ${engine.seconds().toFixed(1)} s`,
        {
          measure: 'import ratio',
          ratio,
          atLeast: leastRatio,
          items: engine.items(),
          engineSeconds: engine.seconds(),
        },
      );
      await workerMemory(stack, report);
    }),
};

/**
 * Writes what an import of a text writes past the gateway, without condition, and adds up how long the engine takes:
 * making the items is not counted. The same items, since their keys decide what the engine's index has to do.
 */
const engineAlone = async ({ engineUrl }: StackAddresses, text: string) => {
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
  const parts = itemsOfImport(text);
  let rowsDone = 0;
  let items = 0;
  let milliseconds = 0;
  const put = (some: readonly Item[]) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: some.map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } })),
        },
      }),
    );
  return {
    /** Goes on until what so many rows come to is written. */
    writeUpTo: async (rows: number) => {
      while (rowsDone < rows) {
        const { value, done } = await parts.next();
        if (done) return;
        const began = performance.now();
        await mapConcurrently(chunksOf(value, batchSize), batchesAtOnce, put);
        milliseconds += performance.now() - began;
        items += value.length;
        rowsDone += chunkLimits.rows;
      }
    },
    items: () => items,
    seconds: () => milliseconds / 1000,
    close: () => client.destroy(),
  };
};

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
