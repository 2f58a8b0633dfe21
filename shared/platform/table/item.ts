import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

export interface Key {
  pk: string;
  sk: string;
}
export type Item = Key & Record<string, unknown>;

/** What DynamoDB answered, held to have a key. */
export const asItem = (value: Record<string, unknown>): Item => {
  if (!isItem(value)) throw new Error('An item of the table has no key');
  return value;
};

const isItem = (value: Record<string, unknown>): value is Item =>
  typeof value.pk === 'string' && typeof value.sk === 'string';

export const nameOf = ({ pk, sk }: Key) => `${pk}\n${sk}`;

/** The item that stood against a condition, from the exception that reports it. */
export const itemOfError = (failure: { Item?: Record<string, AttributeValue> | undefined } | Error) =>
  'Item' in failure && failure.Item ? unmarshall(failure.Item) : undefined;
