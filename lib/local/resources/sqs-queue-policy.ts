import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { statementsOf } from '../wire/policy.ts';

const Properties = z.object({ PolicyDocument: z.unknown(), Queues: z.array(z.string()) });

/** The policy of queues: who else may send, and what is denied to everybody. */
export const sqsQueuePolicy: ResourceKind = {
  type: 'AWS::SQS::QueuePolicy',
  properties: Object.keys(Properties.shape),
  identify: ({ logicalId, stack }) => ({ ref: `${stack}-${logicalId}`, attributes: {} }),
  start(resource: Resource, runtime: LocalRuntime) {
    const { PolicyDocument, Queues } = Properties.parse(resource.properties);
    for (const url of Queues) {
      const arn = `arn:aws:sqs:${runtime.region}:${runtime.account}:${url.slice(url.lastIndexOf('/') + 1)}`;
      runtime.principals.addResourcePolicy(arn, statementsOf(PolicyDocument));
    }
  },
};
