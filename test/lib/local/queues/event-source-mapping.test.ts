import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type EventSourceMapping, startMapping } from '../../../../lib/local/queues/event-source-mapping.ts';
import { type FakeFunction, fakeRuntime, functionArn } from '../support/fake-runtime.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const roleArn = 'arn:aws:iam::000000000000:role/worker';
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:jobs';

async function world(worker: FakeFunction, attributes: Record<string, string> = {}) {
  const fake = await fakeRuntime({ worker });
  stop = fake.stop;
  const { gatewayUrl: endpoint, region } = fake.runtime;
  const sqs = new SQSClient({ endpoint, region, credentials: fake.runtime.credentialsOf(roleArn) });
  await sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes: attributes }));
  const QueueUrl = `${endpoint}/000000000000/jobs`;
  const start = (more: Partial<EventSourceMapping> = {}) =>
    startMapping(
      {
        name: 'Stack/Mapping',
        queueArn,
        functionArn: functionArn('worker'),
        roleArn,
        functionTimeoutSeconds: 0,
        batchSize: 10,
        windowSeconds: 0,
        reportsFailures: true,
        maximumConcurrency: 2,
        ...more,
      },
      fake.runtime,
    );
  const send = (...bodies: string[]) =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    );
  const left = async () => {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }));
    return AttributeNames.map((name) => Number(answer.Attributes?.[name]));
  };
  return { ...fake, start, send, left };
}

const Event = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string() }),
    }),
  ),
});
const recordsOf = (event: unknown) => Event.parse(event).Records;
const bodiesOf = (event: unknown) => recordsOf(event).map(({ body }) => body);

test('messages reach the function as one batch under its role, and are deleted', async () => {
  const { invocations, start, send, left } = await world(() => null);
  await send('a', 'b', 'c');

  await start();

  await expect.poll(left).toEqual([0, 0]);
  expect(invocations).toHaveLength(1);
  expect(bodiesOf(invocations[0]?.event).toSorted()).toEqual(['a', 'b', 'c']);
  expect(invocations[0]?.invoker).toEqual({ kind: 'role', roleArn });
});

test('only the messages that the function reports stay on the queue', async () => {
  const { invocations, start, send, left } = await world((event) => ({
    batchItemFailures: recordsOf(event)
      .filter(({ body }) => body === 'bad')
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  }));
  await send('good', 'bad');

  await start();

  await expect.poll(left).toEqual([0, 1]);
  expect(invocations).toHaveLength(1);
});

test('a batch whose function throws comes again after the visibility timeout', async () => {
  let calls = 0;
  const worker = () => {
    if (++calls === 1) throw new Error('first time');
    return null;
  };
  const { invocations, start, send, left } = await world(worker, { VisibilityTimeout: '1' });
  await send('a');

  await start();

  await expect.poll(left, { timeout: 10_000 }).toEqual([0, 0]);
  const counts = invocations.map(({ event }) => recordsOf(event)[0]?.attributes.ApproximateReceiveCount);
  expect(counts).toEqual(['1', '2']);
});

test('a window gathers more than one poll brings', async () => {
  const { invocations, start, send, left } = await world(() => null);
  await send('1', '2', '3', '4', '5', '6', '7', '8', '9', '10');
  await send('11', '12');

  await start({ batchSize: 12, windowSeconds: 5 });

  await expect.poll(left, { timeout: 10_000 }).toEqual([0, 0]);
  expect(invocations.map(({ event }) => bodiesOf(event).length)).toEqual([12]);
});

test('no more batches than the maximum concurrency run at once', async () => {
  let [running, most] = [0, 0];
  const worker = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 30));
    running -= 1;
    return null;
  };
  const { invocations, start, send, left } = await world(worker);
  await send('1', '2', '3', '4', '5', '6');

  await start({ batchSize: 1, maximumConcurrency: 2 });

  await expect.poll(left, { timeout: 10_000 }).toEqual([0, 0]);
  expect([invocations.length, most]).toEqual([6, 2]);
});

test('a queue whose visibility timeout is shorter than the function’s timeout is refused', async () => {
  const { start } = await world(() => null, { VisibilityTimeout: '30' });

  await expect(start({ functionTimeoutSeconds: 60 })).rejects.toThrow('visibility timeout');
});
