import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type Change, type Condition, guard, Placeholders, updateExpression } from './expression.ts';
import { type Item, itemOfError, type Key } from './item.ts';
import { backOff } from './retry.ts';

/** One part of a transaction, made by a store for the caller to compose. */
export type Write =
  | { put: Item; if?: Condition /** Told once the transaction stands. */; committed?: () => void }
  | { update: Key; change: Change; if?: Condition }
  | { delete: Key; if?: Condition }
  | { check: Key; if: Condition };

/** Nothing was written, because conditions didn't hold: which writes (by their place), and what stood there. */
export class TransactionRefused extends Error {
  readonly refused: ReadonlyMap<number, Record<string, unknown> | undefined>;
  constructor(refused: ReadonlyMap<number, Record<string, unknown> | undefined>) {
    super(`The condition of ${refused.size} writes of a transaction did not hold`);
    this.name = 'TransactionRefused';
    this.refused = refused;
  }
}

/** Reasons that pass by themselves; the SDK retries none of them. */
const passing = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/** @throws TransactionRefused */
export const transactWrite = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  writes: readonly Write[],
  token: string | undefined,
): Promise<void> => {
  const command = () =>
    new TransactWriteCommand({
      TransactItems: writes.map((write) => transactItem(tableName, write)),
      ...(token === undefined ? {} : { ClientRequestToken: token }),
    });
  for (let attempt = 0; ; attempt += 1) {
    await backOff(attempt);
    try {
      await client.send(command());
      for (const write of writes) if ('put' in write) write.committed?.();
      return;
    } catch (error) {
      if (error instanceof Error && error.name === 'TransactionInProgressException') continue;
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const refused = new Map(
        reasons.flatMap((reason, index) =>
          reason.Code === 'ConditionalCheckFailed' ? [[index, itemOfError(reason)] as const] : [],
        ),
      );
      if (refused.size > 0) throw new TransactionRefused(refused);
      if (!reasons.some(({ Code }) => Code !== undefined && passing.includes(Code))) throw error;
    }
  }
};

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const transactItem = (TableName: string, write: Write): TransactItem => {
  const placeholders = new Placeholders();
  if ('put' in write) {
    const guarded = guard(write.if, placeholders);
    return { Put: { TableName, Item: write.put, ...guarded, ...placeholders.attributes } };
  }
  if ('update' in write) {
    const UpdateExpression = updateExpression(write.change, placeholders);
    const guarded = guard(write.if, placeholders);
    return {
      Update: { TableName, Key: keyOf(write.update), UpdateExpression, ...guarded, ...placeholders.attributes },
    };
  }
  const guarded = guard(write.if, placeholders);
  if ('delete' in write)
    return { Delete: { TableName, Key: keyOf(write.delete), ...guarded, ...placeholders.attributes } };
  return {
    ConditionCheck: {
      TableName,
      Key: keyOf(write.check),
      ConditionExpression: guarded.ConditionExpression ?? '',
      ...guarded,
      ...placeholders.attributes,
    },
  };
};

const keyOf = ({ pk, sk }: Key) => ({ pk, sk });
