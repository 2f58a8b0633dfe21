import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { systemClock } from './platform/clock.ts';
import { environment, tableEnv } from './platform/env.ts';
import { type HttpServices } from './platform/http/http-handler.ts';
import { idempotencyStore } from './platform/http/idempotency.ts';
import { openTable, type Table } from './platform/table/table.ts';
import { AppError } from './errors.ts';

/**
 * The composition root: each part is made when a function asks for it, once per execution environment, so that a
 * bundle holds and a cold start pays for what the function uses and nothing else.
 */
const once = <T>(make: () => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** What this installation runs; answered by /health and GET /. */
export const version = '0.1.0';

export const appTable: () => Table = once(() =>
  openTable(
    DynamoDBDocumentClient.from(new DynamoDBClient(), { marshallOptions: { removeUndefinedValues: true } }),
    environment(tableEnv).TABLE_NAME,
  ),
);

export const httpServices: () => HttpServices = once(() => ({
  clock: systemClock,
  authenticate: () => Promise.reject(new AppError('UNAUTHENTICATED', 'Not signed in')),
  idempotency: idempotencyStore(appTable()),
}));
