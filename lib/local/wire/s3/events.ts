import { randomUUID } from 'node:crypto';
import { wildcard } from '../conditions.ts';
import type { Principal } from '../engine.ts';
import type { BucketNotification, SqsEngine } from '../engines.ts';
import { nameOf, type PrincipalRegistry } from '../principals.ts';
import { bucketArn } from './requests.ts';

export interface BucketEvent {
  bucket: string;
  /** `ObjectCreated:Put`, without `s3:`. */
  name: string;
  key: string;
  size?: number;
  etag?: string;
  principal: Principal;
}

export interface EventSender {
  /** Says `s3:TestEvent` to a queue, unless it was `told` before. Throws when the queue's policy does not let S3 send. */
  test(bucket: string, notification: BucketNotification, told: boolean): void;
  /** Tells every queue that asked for it. */
  send(notifications: readonly BucketNotification[], event: BucketEvent): void;
}

/** Keys in events are encoded as in a form: spaces as `+`, slashes as they are. */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function wants(notification: BucketNotification, { name, key }: BucketEvent): boolean {
  return (
    notification.events.some((pattern) => wildcard(pattern).test(`s3:${name}`)) &&
    key.startsWith(notification.prefix ?? '') &&
    key.endsWith(notification.suffix ?? '')
  );
}

/** Sends what happens in buckets to queues, as the service S3, under the queues' own policies. */
export function createEventSender(options: {
  principals: PrincipalRegistry;
  sqs: Pick<SqsEngine, 'send'>;
  region: string;
  account: string;
}): EventSender {
  const { principals, sqs, region, account } = options;
  let sequence = Date.now() * 4096;

  function refusal(bucket: string, queueArn: string): string | undefined {
    const context = { 'aws:SourceArn': bucketArn(bucket), 'aws:SourceAccount': account };
    const service = { kind: 'service', principal: 's3.amazonaws.com' } as const;
    const { allowed, reason } = principals.authorize(service, 'sqs:SendMessage', queueArn, context);
    return allowed ? undefined : reason;
  }

  function record(event: BucketEvent): unknown {
    sequence += 1;
    return {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventTime: new Date().toISOString(),
      eventName: event.name,
      userIdentity: { principalId: `AWS:${nameOf(event.principal)}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': 'local' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'local',
        bucket: { name: event.bucket, ownerIdentity: { principalId: account }, arn: bucketArn(event.bucket) },
        object: {
          key: encodeKey(event.key),
          size: event.size,
          eTag: event.etag,
          sequencer: sequence.toString(16).toUpperCase().padStart(16, '0'),
        },
      },
    };
  }

  return {
    test(bucket, { queueArn }, told) {
      const reason = refusal(bucket, queueArn);
      if (reason)
        throw new Error(`Bucket ${bucket} can't notify ${queueArn}: S3 may not sqs:SendMessage there, ${reason}.`);
      if (told) return;
      const message = {
        Service: 'Amazon S3',
        Event: 's3:TestEvent',
        Time: new Date().toISOString(),
        Bucket: bucket,
        RequestId: randomUUID(),
        HostId: 'local',
      };
      sqs.send(queueArn, JSON.stringify(message));
    },
    send(notifications, event) {
      for (const notification of notifications) {
        if (!wants(notification, event) || refusal(event.bucket, notification.queueArn)) continue;
        sqs.send(notification.queueArn, JSON.stringify({ Records: [record(event)] }));
      }
    },
  };
}
