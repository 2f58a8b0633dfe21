import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { statementsOf } from '../wire/policy.ts';

const Properties = z.object({ Bucket: z.string(), PolicyDocument: z.unknown() });

/** The policy of a bucket and its objects. */
export const s3BucketPolicy: ResourceKind = {
  type: 'AWS::S3::BucketPolicy',
  properties: Object.keys(Properties.shape),
  identify: ({ logicalId, stack }) => ({ ref: `${stack}-${logicalId}`, attributes: {} }),
  start(resource: Resource, runtime: LocalRuntime) {
    const { Bucket, PolicyDocument } = Properties.parse(resource.properties);
    runtime.principals.addResourcePolicy(`arn:aws:s3:::${Bucket}`, statementsOf(PolicyDocument));
  },
};
