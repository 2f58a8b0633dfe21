import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { statementsOf } from '../wire/policy.ts';

const Properties = z.object({
  KeyPolicy: z.unknown().optional(),
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  // Rotation and deletion happen on AWS only.
  Description: z.unknown().optional(),
  Enabled: z.literal(true).optional(),
  EnableKeyRotation: z.unknown().optional(),
  PendingWindowInDays: z.unknown().optional(),
  RotationPeriodInDays: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** A key's id has the form of a UUID, the same at every start: what it sealed must open again. */
function keyId({ stack, logicalId }: { stack: string; logicalId: string }): string {
  const digest = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** A symmetric key with its policy. */
export const kmsKey: ResourceKind = {
  type: 'AWS::KMS::Key',
  properties: Object.keys(Properties.shape),
  identify(resource, runtime) {
    const id = keyId(resource);
    return { ref: id, attributes: { Arn: `arn:aws:kms:${runtime.region}:${runtime.account}:key/${id}`, KeyId: id } };
  },
  start(resource: Resource, runtime: LocalRuntime) {
    const { KeyPolicy } = Properties.parse(resource.properties);
    const id = keyId(resource);
    runtime.engines.kms.createKey(id);
    if (KeyPolicy === undefined) return;
    const arn = `arn:aws:kms:${runtime.region}:${runtime.account}:key/${id}`;
    runtime.principals.addResourcePolicy(arn, statementsOf(KeyPolicy));
  },
};
