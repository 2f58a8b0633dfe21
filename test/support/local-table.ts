import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll } from 'vitest';
import { startDynoxide } from '../../lib/local/wire/dynamodb/process.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { openTable, type Table } from '../../shared/platform/table/table.ts';

/**
 * A real table in memory, as the stacks make it, for one test file: call it at the top of the file, it ends with it.
 * Tests keep apart by working in organizations of their own.
 */
export const localTable = async (): Promise<Table> => {
  const engine = await startDynoxide(null, () => {});
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
  });
  const TableName = 'test';
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
  return openTable(
    DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    TableName,
  );
};

/** An organization that no other test works in. */
export const anOrganization = () => OrganizationId.parse(systemIds.random());
