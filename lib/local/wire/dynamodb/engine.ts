import { z } from 'zod';
import type { DynamodbEngine, TableDefinition } from '../engines.ts';
import { askForCapacity, readCapacity } from './capacity.ts';
import { type EngineAnswer, forwardToDynoxide, forwardToEndpoint } from './forward.ts';
import { dynamodbNeeds } from './needs.ts';

const json = { 'content-type': 'application/x-amz-json-1.0' };

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const Described = z.object({
  Table: z.object({
    KeySchema,
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema })).default([]),
  }),
});
const Indexes = z.array(z.object({ IndexName: z.string(), KeySchema })).default([]);

/** Keys of table and indexes, in an order that does not depend on who wrote them. */
function shapeOf(keys: z.infer<typeof KeySchema>, indexes: z.infer<typeof Indexes>): string {
  const write = (schema: z.infer<typeof KeySchema>) =>
    schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(', ');
  return [
    `table (${write(keys)})`,
    ...indexes.map((index) => `${index.IndexName} (${write(index.KeySchema)})`).toSorted(),
  ].join('; ');
}

/** The DynamoDB service in front of the engine at `endpoint`: dynoxide if it is `ours`, else what the person runs. */
export function createDynamodb(options: {
  endpoint: string;
  ours: boolean;
  region: string;
  account: string;
}): DynamodbEngine & { close(): void } {
  const engine = (options.ours ? forwardToDynoxide : forwardToEndpoint)(options.endpoint, options.region);
  const ask = (action: string, input: unknown): Promise<EngineAnswer> =>
    engine.forward(action, Buffer.from(JSON.stringify(input)));
  const arnOf = (table: string) =>
    table.startsWith('arn:') ? table : `arn:aws:dynamodb:${options.region}:${options.account}:table/${table}`;

  async function demand(action: string, input: unknown): Promise<EngineAnswer> {
    const answer = await ask(action, input);
    if (answer.status !== 200)
      throw new Error(`${action} failed at the DynamoDB engine: ${answer.body.toString('utf8')}`);
    return answer;
  }

  async function createTable(definition: TableDefinition, ttlAttribute?: string): Promise<void> {
    const described = await ask('DescribeTable', { TableName: definition.TableName });
    if (described.status === 200) {
      const { Table } = Described.parse(JSON.parse(described.body.toString('utf8')));
      const kept = shapeOf(Table.KeySchema, Table.GlobalSecondaryIndexes);
      const wanted = shapeOf(definition.KeySchema, Indexes.parse(definition.GlobalSecondaryIndexes));
      if (kept !== wanted) {
        throw new Error(
          `The table ${definition.TableName} kept on this machine has other keys than the template: ${kept}, not ${wanted}. Start fresh, or move the data folder away.`,
        );
      }
    } else {
      await demand('CreateTable', { ...definition, BillingMode: 'PAY_PER_REQUEST' });
    }
    if (!ttlAttribute) return;
    const specification = { AttributeName: ttlAttribute, Enabled: true };
    const answer = await ask('UpdateTimeToLive', {
      TableName: definition.TableName,
      TimeToLiveSpecification: specification,
    });
    const text = answer.body.toString('utf8');
    // A kept table has it already, and not every engine takes it twice.
    if (answer.status !== 200 && !text.includes('already enabled')) throw new Error(`UpdateTimeToLive failed: ${text}`);
  }

  return {
    endpoint: options.endpoint,
    createTable,
    close: () => engine.close(),
    needs: dynamodbNeeds(arnOf),
    async handle({ action, body, input }) {
      if (!Buffer.isBuffer(body)) throw new Error('DynamoDB takes whole bodies.');
      const asked = askForCapacity(action, body, input);
      const answer = await engine.forward(action, asked.body);
      const { body: rest, units } = readCapacity({ action, input }, answer.status, answer.body, asked.stripAnswer);
      return { status: answer.status, headers: json, body: rest, units };
    },
  };
}
