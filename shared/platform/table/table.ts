import {
  BatchGetCommand,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Change, type Condition, guard, Placeholders, updateExpression } from './expression.ts';
import { insertAll } from './insert-all.ts';
import { asItem, type Item, itemOfError, type Key, nameOf } from './item.ts';
import { backOff, chunksOf } from './retry.ts';
import { transactWrite, type Write } from './transact.ts';

/** A write's condition didn't hold. `item` is what stands there, when something does. */
export class ConditionFailed extends Error {
  readonly item: Record<string, unknown> | undefined;
  constructor(item: Record<string, unknown> | undefined) {
    super('The condition of a write did not hold');
    this.name = 'ConditionFailed';
    this.item = item;
  }
}

export interface Range {
  pk: string;
  /** Sort keys that begin so. */
  prefix?: string;
  /** Sort keys strictly after this one in reading order. */
  after?: string | undefined;
  /** Sort keys up to and with this one. */
  upTo?: string;
  limit?: number;
  /** Descending order of sort keys. */
  reverse?: boolean;
  consistent?: boolean;
}

/** The one table, in the words of the stores. Every other error of DynamoDB passes through. */
export interface Table {
  get(key: Key, options?: { consistent?: boolean }): Promise<Item | undefined>;
  /** The items of any number of distinct keys, in the keys' order. */
  getAll(keys: readonly Key[], options?: { consistent?: boolean }): Promise<(Item | undefined)[]>;
  /** One page of a partition: at most 1 MB; `next` is the sort key to go on after. */
  query(range: Range): Promise<{ items: Item[]; next: string | undefined }>;
  /** @throws ConditionFailed */
  put(item: Item, condition?: Condition): Promise<void>;
  /** Answers the item as it stands afterwards. @throws ConditionFailed */
  update(key: Key, change: Change, condition?: Condition): Promise<Record<string, unknown>>;
  /** @throws ConditionFailed */
  delete(key: Key, condition?: Condition): Promise<void>;
  /** All or nothing, at most 100 writes; conflicts and throttling are retried. @throws TransactionRefused */
  transact(writes: readonly Write[], token?: string): Promise<void>;
  /**
   * Puts each item unless its key is taken; one write unit each. Answers, in order, whether it was put; a put whose
   * answer was lost answers false, so items carry something by which their writer knows them again.
   */
  insertAll(items: readonly Item[]): Promise<boolean[]>;
  /** Puts and deletes without condition. */
  writeAll(writes: { puts?: readonly Item[]; deletes?: readonly Key[] }): Promise<void>;
}

export const openTable = (client: DynamoDBDocumentClient, tableName: string): Table => {
  const conditional = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException')
        throw new ConditionFailed(itemOfError(error));
      throw error;
    }
  };
  return {
    get: async (key, { consistent = false } = {}) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: key, ConsistentRead: consistent }),
      );
      return Item && asItem(Item);
    },

    getAll: async (keys, { consistent = false } = {}) => {
      const found = new Map<string, Item>();
      for (const chunk of chunksOf(keys, 100)) {
        let pending: Key[] = chunk;
        for (let attempt = 0; pending.length > 0; attempt += 1) {
          await backOff(attempt);
          const answer = await client.send(
            new BatchGetCommand({ RequestItems: { [tableName]: { Keys: pending, ConsistentRead: consistent } } }),
          );
          for (const item of (answer.Responses?.[tableName] ?? []).map(asItem)) found.set(nameOf(item), item);
          pending = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []).map(asItem);
        }
      }
      return keys.map((key) => found.get(nameOf(key)));
    },

    query: async ({ pk, prefix = '', after, upTo, limit, reverse = false, consistent = false }) => {
      const placeholders = new Placeholders();
      const partition = `${placeholders.name('pk')} = ${placeholders.value(pk)}`;
      const sorted = sortCondition(placeholders, prefix, upTo);
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: sorted ? `${partition} AND ${sorted}` : partition,
          ...placeholders.attributes,
          ...(after === undefined ? {} : { ExclusiveStartKey: { pk, sk: after } }),
          ...(limit === undefined ? {} : { Limit: limit }),
          ScanIndexForward: !reverse,
          ConsistentRead: consistent,
        }),
      );
      return { items: Items.map(asItem), next: LastEvaluatedKey ? asItem(LastEvaluatedKey).sk : undefined };
    },

    put: (item, condition) =>
      conditional(async () => {
        const placeholders = new Placeholders();
        const guarded = guard(condition, placeholders);
        await client.send(new PutCommand({ TableName: tableName, Item: item, ...guarded, ...placeholders.attributes }));
      }),

    update: (key, change, condition) =>
      conditional(async () => {
        const placeholders = new Placeholders();
        const UpdateExpression = updateExpression(change, placeholders);
        const guarded = guard(condition, placeholders);
        const { Attributes = {} } = await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: key,
            UpdateExpression,
            ...guarded,
            ...placeholders.attributes,
            ReturnValues: 'ALL_NEW',
          }),
        );
        return Attributes;
      }),

    delete: (key, condition) =>
      conditional(async () => {
        const placeholders = new Placeholders();
        const guarded = guard(condition, placeholders);
        await client.send(
          new DeleteCommand({ TableName: tableName, Key: key, ...guarded, ...placeholders.attributes }),
        );
      }),

    transact: (writes, token) => transactWrite(client, tableName, writes, token),

    insertAll: (items) => insertAll(client, tableName, items),

    writeAll: async ({ puts = [], deletes = [] }) => {
      const requests = [
        ...puts.map((item) => ({ PutRequest: { Item: item } })),
        ...deletes.map((key) => ({ DeleteRequest: { Key: { pk: key.pk, sk: key.sk } } })),
      ];
      for (const chunk of chunksOf(requests, 25)) {
        let pending: WriteRequests = chunk;
        for (let attempt = 0; pending.length > 0; attempt += 1) {
          await backOff(attempt);
          const answer = await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: pending } }));
          pending = answer.UnprocessedItems?.[tableName] ?? [];
        }
      }
    },
  };
};

/** Up to what follows no text: a local engine would read `begins_with` on to the end of the partition. */
const endOf = (prefix: string) => `${prefix}\u{10ffff}`;

const sortCondition = (placeholders: Placeholders, prefix: string, upTo: string | undefined) => {
  if (prefix === '' && upTo === undefined) return undefined;
  const [first, last] = [placeholders.value(prefix || ' '), placeholders.value(upTo ?? endOf(prefix))];
  return `${placeholders.name('sk')} BETWEEN ${first} AND ${last}`;
};

type WriteRequests = NonNullable<BatchWriteCommandInput['RequestItems']>[string];
