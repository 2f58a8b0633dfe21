import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { z } from 'zod';
import { createPrincipals } from '../../lib/local/wire/principals.ts';
import { openTable, type Table } from '../../shared/platform/table/table.ts';

const Status = z.object({ outputs: z.record(z.string(), z.string()) });

/** The running stack's table, past the API: for what the API has no way to show or to do. */
export const stackTable = async (): Promise<Table> => {
  const { controlUrl, gatewayUrl: endpoint } = inject('stack');
  const { outputs } = Status.parse(await (await fetch(`${controlUrl}/status`)).json());
  const credentials = createPrincipals().administrator;
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  return openTable(DynamoDBDocumentClient.from(client), outputs.TableName ?? '');
};
