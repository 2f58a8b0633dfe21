import { BatchExecuteStatementCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Item } from './item.ts';
import { nameOf } from './item.ts';
import { backOff, chunksOf } from './retry.ts';

/** Errors of one statement that pass by themselves. A batch answers 200 with these inside, and nobody retries them. */
const passing = [
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'InternalServerError',
];

/**
 * PartiQL INSERTs are conditional puts at one write unit, 25 a request, each with its own outcome (a transaction
 * would cost two). Answers, in order, whether each item was put.
 */
export const insertAll = async (client: DynamoDBDocumentClient, tableName: string, items: readonly Item[]) => {
  const inserted = new Map<string, boolean>();
  for (const chunk of chunksOf(items, 25)) {
    let pending: Item[] = chunk;
    for (let attempt = 0; pending.length > 0; attempt += 1) {
      await backOff(attempt);
      pending = await insertBatch(client, tableName, pending, inserted);
    }
  }
  return items.map((item) => inserted.get(nameOf(item)) ?? false);
};

const insertBatch = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  items: readonly Item[],
  inserted: Map<string, boolean>,
) => {
  const { Responses = [] } = await client.send(
    new BatchExecuteStatementCommand({ Statements: items.map((item) => insertStatement(tableName, item)) }),
  );
  const again: Item[] = [];
  for (const [index, item] of items.entries()) {
    const code = Responses[index]?.Error?.Code;
    if (code === undefined) inserted.set(nameOf(item), true);
    else if (code === 'DuplicateItem') inserted.set(nameOf(item), false);
    else if (passing.includes(code)) again.push(item);
    else throw new Error(`DynamoDB refused to insert: ${code} ${Responses[index]?.Error?.Message ?? ''}`);
  }
  return again;
};

const insertStatement = (tableName: string, item: Item) => {
  const attributes = Object.entries(item).filter(([, value]) => value !== undefined);
  return {
    Statement: `INSERT INTO "${tableName}" VALUE {${attributes.map(([name]) => `'${name}': ?`).join(', ')}}`,
    Parameters: attributes.map(([, value]) => value),
  };
};
