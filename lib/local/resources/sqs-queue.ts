import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { physicalName } from './physical-name.ts';

const Properties = z.object({
  DelaySeconds: z.coerce.number().default(0),
  MessageRetentionPeriod: z.coerce.number().default(345_600),
  QueueName: z.string().optional(),
  ReceiveMessageWaitTimeSeconds: z.coerce.number().default(0),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
  VisibilityTimeout: z.coerce.number().default(30),
  // Encryption at rest and tags change nothing of what a client sees; who may redrive is not asked.
  KmsDataKeyReusePeriodSeconds: z.unknown().optional(),
  KmsMasterKeyId: z.unknown().optional(),
  RedriveAllowPolicy: z.unknown().optional(),
  SqsManagedSseEnabled: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** A standard queue; FIFO properties are not known, so a FIFO queue stops the start. */
export const sqsQueue: ResourceKind = {
  type: 'AWS::SQS::Queue',
  properties: Object.keys(Properties.shape),
  identify(resource, runtime) {
    const name = physicalName(resource, 'QueueName', 80);
    const url = `${runtime.gatewayUrl}/${runtime.account}/${name}`;
    const arn = `arn:aws:sqs:${runtime.region}:${runtime.account}:${name}`;
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  start(resource: Resource, runtime: LocalRuntime) {
    const queue = Properties.parse(resource.properties);
    const { RedrivePolicy: redrive } = queue;
    runtime.engines.sqs.createQueue({
      name: physicalName({ ...resource, raw: resource.properties }, 'QueueName', 80),
      visibilityTimeoutSeconds: queue.VisibilityTimeout,
      delaySeconds: queue.DelaySeconds,
      receiveWaitSeconds: queue.ReceiveMessageWaitTimeSeconds,
      retentionSeconds: queue.MessageRetentionPeriod,
      ...(redrive && {
        redrive: { deadLetterQueueArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount },
      }),
    });
  },
};
