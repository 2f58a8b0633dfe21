import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({ AliasName: z.string(), TargetKeyId: z.string() });

/** Another name of a key. */
export const kmsAlias: ResourceKind = {
  type: 'AWS::KMS::Alias',
  properties: Object.keys(Properties.shape),
  identify({ logicalId, stack, raw }) {
    const given = raw?.['AliasName'];
    return { ref: typeof given === 'string' ? given : `alias/${stack}-${logicalId}`, attributes: {} };
  },
  start(resource: Resource, runtime: LocalRuntime) {
    const { AliasName, TargetKeyId } = Properties.parse(resource.properties);
    runtime.engines.kms.createAlias(AliasName, TargetKeyId);
  },
};
