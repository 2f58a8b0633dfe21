import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { inject } from 'vitest';
import { z } from 'zod';
import { createPrincipals } from '../../lib/local/wire/principals.ts';
import { openTable, type Table } from '../../shared/platform/table/table.ts';

const Status = z.object({ outputs: z.record(z.string(), z.string()) });

/** The running stack's table, past the API: for what the API has no way to show or to do. */
export const stackTable = async (addresses?: { controlUrl: string; gatewayUrl: string }): Promise<Table> => {
  const { controlUrl, gatewayUrl: endpoint } = addresses ?? inject('stack');
  const { outputs } = Status.parse(await (await fetch(`${controlUrl}/status`)).json());
  const credentials = createPrincipals().administrator;
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  return openTable(DynamoDBDocumentClient.from(client), outputs.TableName ?? '');
};

/** Every item of these partitions. */
export const itemsOf = async (table: Table, partitions: readonly string[]) => {
  const items = [];
  for (const pk of partitions) {
    let after: string | undefined;
    do {
      const page = await table.query({ pk, after, consistent: true });
      items.push(...page.items);
      after = page.next;
    } while (after !== undefined);
  }
  return items;
};
