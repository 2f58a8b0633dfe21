import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalServices, queueArn, startLocalServices } from './local-services.ts';

let services: LocalServices;
beforeAll(async () => {
  services = await startLocalServices({ visibilityCapSeconds: 600 });
});
afterAll(() => services.close());

const send = (name: string, MessageBody: string, MessageGroupId?: string) =>
  services.administrator.sqs.send(
    new SendMessageCommand({
      QueueUrl: services.queueUrl(name),
      MessageBody,
      ...(MessageGroupId && { MessageGroupId }),
    }),
  );
const receive = async (
  name: string,
  most = 10,
  more: { WaitTimeSeconds?: number; VisibilityTimeout?: number } = {},
) => {
  const asked = {
    QueueUrl: services.queueUrl(name),
    MaxNumberOfMessages: most,
    MessageSystemAttributeNames: ['All' as const],
    ...more,
  };
  return (await services.administrator.sqs.send(new ReceiveMessageCommand(asked))).Messages ?? [];
};

describe('a queue', () => {
  it('hides what is received, gives it again when it is released, and forgets what is deleted', async () => {
    services.makeQueue('jobs');
    await send('jobs', 'one');

    const [first] = await receive('jobs');
    const hidden = await receive('jobs');
    services.engines.sqs.releaseAll();
    const [second] = await receive('jobs');
    await services.administrator.sqs.send(
      new DeleteMessageCommand({ QueueUrl: services.queueUrl('jobs'), ReceiptHandle: second?.ReceiptHandle }),
    );

    expect([first?.Body, hidden, second?.Attributes?.['ApproximateReceiveCount']]).toEqual(['one', [], '2']);
    expect(services.engines.sqs.depths()['jobs']).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('hands out the messages of a quiet group before the backlog of a busy one', async () => {
    services.makeQueue('fair');
    for (const body of ['busy 1', 'busy 2', 'busy 3']) await send('fair', body, 'busy');
    await send('fair', 'quiet', 'quiet');

    const bodies: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) bodies.push((await receive('fair', 1))[0]?.Body);

    expect(bodies).toEqual(['busy 1', 'quiet', 'busy 2', 'busy 3']);
  });

  it('does not let an old receipt handle delete what was received again', async () => {
    services.makeQueue('stale');
    await send('stale', 'one');
    const [first] = await receive('stale');
    services.engines.sqs.releaseAll();
    await receive('stale');

    await services.administrator.sqs.send(
      new DeleteMessageCommand({ QueueUrl: services.queueUrl('stale'), ReceiptHandle: first?.ReceiptHandle }),
    );

    expect(services.engines.sqs.depths()['stale']?.inFlight).toBe(1);
  });

  it('makes a message visible at once when its visibility is set to none', async () => {
    services.makeQueue('returned');
    await send('returned', 'one');
    const [first] = await receive('returned');

    await services.administrator.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: services.queueUrl('returned'),
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );

    expect(await receive('returned')).toHaveLength(1);
  });

  it('moves a message to the dead-letter queue after as many receives as the template says', async () => {
    services.makeQueue('dead');
    services.makeQueue('poisoned', { redrive: { deadLetterQueueArn: queueArn('dead'), maxReceiveCount: 2 } });
    await send('poisoned', 'poison');

    const counts: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      counts.push((await receive('poisoned')).length);
      services.engines.sqs.releaseAll();
    }
    const [dead] = await receive('dead');

    expect(counts).toEqual([1, 1, 0]);
    expect(dead?.Body).toBe('poison');
  });

  it('delays what is to be delayed', async () => {
    services.makeQueue('delayed', { delaySeconds: 300 });
    await send('delayed', 'later');

    const early = await receive('delayed');
    const depth = services.engines.sqs.depths()['delayed'];
    services.engines.sqs.releaseAll();

    expect([early, depth?.delayed]).toEqual([[], 1]);
    expect(await receive('delayed')).toHaveLength(1);
  });

  it('takes batches, attributes and message groups', async () => {
    services.makeQueue('batched');
    const QueueUrl = services.queueUrl('batched');
    const attribute = { DataType: 'String', StringValue: 'x' };

    const sent = await services.administrator.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [1, 2, 3].map((number) => ({
          Id: String(number),
          MessageBody: `body ${number}`,
          MessageGroupId: 'org-1',
          MessageAttributes: { trace: attribute },
        })),
      }),
    );
    const { Messages: messages = [] } = await services.administrator.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    const deleted = await services.administrator.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );

    expect(sent.Successful).toHaveLength(3);
    expect(messages[0]).toMatchObject({
      Attributes: { MessageGroupId: 'org-1' },
      MessageAttributes: { trace: attribute },
    });
    expect(deleted.Successful).toHaveLength(3);
  });

  it('answers a long poll as soon as a message comes, and ends it when the runtime stops', async () => {
    const own = await startLocalServices();
    own.makeQueue('polled');
    const poll = () =>
      own.administrator.sqs.send(new ReceiveMessageCommand({ QueueUrl: own.queueUrl('polled'), WaitTimeSeconds: 20 }));

    const waiting = poll();
    await own.administrator.sqs.send(new SendMessageCommand({ QueueUrl: own.queueUrl('polled'), MessageBody: 'now' }));
    const answered = await waiting;
    const cutOff = poll().catch((error: Error) => error);
    await own.close();

    expect(answered.Messages?.[0]?.Body).toBe('now');
    expect(await cutOff).toBeInstanceOf(Error);
  });

  it('keeps its messages when a poller hangs up', async () => {
    services.makeQueue('hung-up');
    const abort = new AbortController();
    const asked = new ReceiveMessageCommand({ QueueUrl: services.queueUrl('hung-up'), WaitTimeSeconds: 20 });
    const poll = services.administrator.sqs.send(asked, { abortSignal: abort.signal }).catch(() => undefined);
    abort.abort();
    await poll;

    await send('hung-up', 'one');

    expect(await receive('hung-up', 1, { WaitTimeSeconds: 1 })).toHaveLength(1);
  });

  it('tells its address by the way the caller came, and its attributes', async () => {
    services.makeQueue('described', { visibilityTimeoutSeconds: 77 });

    const { QueueUrl } = await services.administrator.sqs.send(new GetQueueUrlCommand({ QueueName: 'described' }));
    const { Attributes } = await services.administrator.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );

    expect(QueueUrl).toBe(services.queueUrl('described'));
    expect(Attributes).toMatchObject({
      QueueArn: queueArn('described'),
      VisibilityTimeout: '77',
      ApproximateNumberOfMessages: '0',
    });
  });

  it('asks for a batch as for its single actions, and answers that a queue does not exist', async () => {
    services.makeQueue('guarded');
    const { sqs } = services.asRole('sender', [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }]);
    const batch = (name: string) =>
      new SendMessageBatchCommand({ QueueUrl: services.queueUrl(name), Entries: [{ Id: '1', MessageBody: 'x' }] });

    const sent = await sqs.send(batch('guarded'));
    const missing = sqs.send(batch('nowhere'));
    const received = sqs.send(new ReceiveMessageCommand({ QueueUrl: services.queueUrl('guarded') }));

    expect(sent.Successful).toHaveLength(1);
    await expect(missing).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(received).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
