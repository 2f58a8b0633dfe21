import { CopyObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LocalServices, queueArn, startLocalServices } from './local-services.ts';

let services: LocalServices;
beforeAll(async () => {
  services = await startLocalServices();
});
afterAll(() => services.close());

function letBucketsSend(queue: string) {
  services.makeQueue(queue);
  services.principals.addResourcePolicy(queueArn(queue), [
    {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn(queue),
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' },
        StringEquals: { 'aws:SourceAccount': '000000000000' },
      },
    },
  ]);
}

async function bodies(queue: string): Promise<unknown[]> {
  const { Messages = [] } = await services.administrator.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: services.queueUrl(queue), MaxNumberOfMessages: 10 }),
  );
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

const Notified = z.object({
  Records: z.tuple([
    z.object({
      eventName: z.string(),
      s3: z.object({
        object: z.object({ key: z.string(), size: z.number(), eTag: z.string(), sequencer: z.string() }),
      }),
    }),
  ]),
});

describe('a bucket that notifies a queue', () => {
  it('says so with a test event, then tells each matching object once, its key encoded', async () => {
    letBucketsSend('arrivals');
    const notification = {
      queueArn: queueArn('arrivals'),
      events: ['s3:ObjectCreated:*'],
      prefix: 'in/',
      suffix: '.csv',
    };
    await services.engines.s3.createBucket({ name: 'inbox', cors: [], notifications: [notification] });
    const [test] = await bodies('arrivals');

    const { s3 } = services.administrator;
    await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'in/my file+ä.csv', Body: 'x' }));
    await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'in/other.txt', Body: 'x' }));
    await s3.send(new CopyObjectCommand({ Bucket: 'inbox', Key: 'in/copy.csv', CopySource: 'inbox/in/other.txt' }));
    const records = (await bodies('arrivals')).map((body) => Notified.parse(body).Records[0]);

    expect(test).toMatchObject({ Event: 's3:TestEvent', Bucket: 'inbox' });
    expect(records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size])).toEqual([
      ['ObjectCreated:Put', 'in/my+file%2B%C3%A4.csv', 1],
      ['ObjectCreated:Copy', 'in/copy.csv', 1],
    ]);
  });

  it('is refused when the queue does not let S3 send', async () => {
    services.makeQueue('closed');

    const made = services.engines.s3.createBucket({
      name: 'unheard',
      cors: [],
      notifications: [{ queueArn: queueArn('closed'), events: ['s3:ObjectCreated:*'] }],
    });

    await expect(made).rejects.toThrow('S3 may not sqs:SendMessage');
  });
});
