import {
  BatchExecuteStatementCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalServices, startLocalServices, tableArn } from './local-services.ts';

let services: LocalServices;
beforeAll(async () => {
  services = await startLocalServices();
  await services.makeTable('contacts');
});
afterAll(() => services.close());
beforeEach(() => {
  services.gateway.meter.reset();
  services.gateway.faults.clear();
  services.gateway.denials.length = 0;
});

const item = (pk: string) => ({ TableName: 'contacts', Item: { pk: { S: pk } } });
const key = (pk: string) => ({ TableName: 'contacts', Key: { pk: { S: pk } } });
const allow = (...actions: string[]) => [
  { Effect: 'Allow' as const, Action: actions.map((action) => `dynamodb:${action}`), Resource: tableArn('contacts') },
];

const transaction = (check: boolean) =>
  new TransactWriteItemsCommand({
    TransactItems: [
      { Put: item(crypto.randomUUID()) },
      ...(check ? [{ ConditionCheck: { ...key('x'), ConditionExpression: 'attribute_not_exists(pk)' } }] : []),
    ],
  });

const statement = (text: string) =>
  new BatchExecuteStatementCommand({ Statements: [{ Statement: text, Parameters: [{ S: crypto.randomUUID() }] }] });

describe('authorization', () => {
  it('lets a role do what its policy allows, and denies and records the rest', async () => {
    const { dynamodb } = services.asRole('reader', allow('GetItem'));

    const read = await dynamodb.send(new GetItemCommand(key('missing')));
    const write = dynamodb.send(new PutItemCommand(item('a')));

    await expect(write).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(read.Item).toBeUndefined();
    expect(services.gateway.denials).toMatchObject([{ action: 'dynamodb:PutItem', resource: tableArn('contacts') }]);
  });

  it('asks for a transaction by item', async () => {
    const { dynamodb } = services.asRole('writer', allow('PutItem'));

    await dynamodb.send(transaction(false));
    const withCheck = dynamodb.send(transaction(true));

    await expect(withCheck).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(services.gateway.denials.map(({ action }) => action)).toEqual(['dynamodb:ConditionCheckItem']);
  });

  it('asks for PartiQL by statement and for a batch by its own name', async () => {
    const { dynamodb } = services.asRole('inserter', allow('PartiQLInsert', 'BatchWriteItem'));

    const inserted = await dynamodb.send(statement(`INSERT INTO "contacts" VALUE {'pk': ?}`));
    const batched = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { contacts: [{ PutRequest: { Item: { pk: { S: 'b' } } } }] } }),
    );
    const selected = dynamodb.send(statement('SELECT * FROM "contacts" WHERE pk = ?'));

    await expect(selected).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(inserted.Responses).toHaveLength(1);
    expect(batched.UnprocessedItems).toEqual({});
    expect(services.gateway.denials.map(({ action }) => action)).toEqual(['dynamodb:PartiQLSelect']);
  });

  it('asks for an index by its own ARN', async () => {
    const { dynamodb } = services.asRole('querier', allow('Query'));

    const query = dynamodb.send(
      new QueryCommand({
        TableName: 'contacts',
        IndexName: 'byName',
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'a' } },
      }),
    );

    await expect(query).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(services.gateway.denials[0]?.resource).toBe(`${tableArn('contacts')}/index/byName`);
  });

  it('refuses an access key of nobody', async () => {
    const { dynamodb } = services.asRole('known', []);
    const stranger = await fetch(services.gateway.url, {
      method: 'POST',
      headers: {
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIASTRANGER/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: '{}',
    });

    const known = dynamodb.send(new GetItemCommand(key('a')));

    expect(stranger.status).toBe(403);
    await expect(known).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('metering', () => {
  it('counts requests and units by role and operation, and shows no capacity that was not asked for', async () => {
    const { dynamodb } = services.asRole('metered', allow('*'));
    const claim = new PutItemCommand({ ...item('claim'), ConditionExpression: 'attribute_not_exists(pk)' });

    const put = await dynamodb.send(claim);
    const refused = dynamodb.send(claim);
    await expect(refused).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const get = await dynamodb.send(new GetItemCommand({ ...key('claim'), ConsistentRead: true }));
    const asked = await dynamodb.send(new GetItemCommand({ ...key('claim'), ReturnConsumedCapacity: 'TOTAL' }));

    expect([put.ConsumedCapacity, get.ConsumedCapacity, asked.ConsumedCapacity?.CapacityUnits]).toEqual([
      undefined,
      undefined,
      0.5,
    ]);
    expect(services.gateway.meter.snapshot()).toMatchObject([
      { operation: 'GetItem', requests: 2, failures: 0, readUnits: 1.5, writeUnits: 0 },
      { operation: 'PutItem', requests: 2, failures: 1, readUnits: 0, writeUnits: 2 },
    ]);
  });
});

const runUnderSeed = async () => {
  services.gateway.faults.clear(7);
  services.gateway.faults.add({ kind: 'throttle', probability: 0.4 });
  const outcomes: boolean[] = [];
  for (let call = 0; call < 20; call += 1) {
    outcomes.push(
      await services.administrator.dynamodb.send(new GetItemCommand(key('a'))).then(
        () => true,
        () => false,
      ),
    );
  }
  return outcomes;
};

describe('faults', () => {
  it('strike the nth call of a role: throttled, answered with 500, reset', async () => {
    const { dynamodb } = services.asRole('faulty', allow('*'));
    services.gateway.faults.add({ kind: 'throttle', action: 'PutItem', role: 'faulty', nth: 2 });
    services.gateway.faults.add({ kind: 'error500', action: 'PutItem', nth: 3 });
    services.gateway.faults.add({ kind: 'reset-before', action: 'PutItem', nth: 4 });

    const outcomes: string[] = [];
    for (const pk of ['f1', 'f2', 'f3', 'f4', 'f5']) {
      outcomes.push(
        await dynamodb.send(new PutItemCommand(item(pk))).then(
          () => 'done',
          (error: Error) => error.name,
        ),
      );
    }
    const found = await dynamodb.send(new GetItemCommand(key('f4')));

    expect(outcomes).toEqual([
      'done',
      'ThrottlingException',
      'InternalServerError',
      expect.stringMatching(/Error$/),
      'done',
    ]);
    expect(found.Item).toBeUndefined();
  });

  it('lose the answer of a call that was applied', async () => {
    services.gateway.faults.add({ kind: 'lost-answer', action: 'PutItem', times: 1 });

    const put = services.administrator.dynamodb.send(new PutItemCommand(item('lost')));
    await expect(put).rejects.toThrow();
    const found = await services.administrator.dynamodb.send(new GetItemCommand(key('lost')));

    expect(found.Item).toEqual({ pk: { S: 'lost' } });
  });

  it('come again the same from the same seed', async () => {
    const [first, second] = [await runUnderSeed(), await runUnderSeed()];

    expect(second).toEqual(first);
    expect(new Set(first)).toEqual(new Set([true, false]));
  });

  it('tell of every call before and after it is applied', async () => {
    const heard: string[] = [];
    const stop = services.gateway.faults.onCall(async ({ phase, action, status }) => {
      heard.push(`${phase} ${action} ${status ?? ''}`);
    });

    await services.administrator.dynamodb.send(new GetItemCommand(key('a')));
    stop();
    await services.administrator.dynamodb.send(new GetItemCommand(key('a')));

    expect(heard).toEqual(['before GetItem ', 'after GetItem 200']);
  });
});
