import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { statementsOf } from '../wire/policy.ts';

const Properties = z.object({
  PolicyDocument: z.unknown().optional(),
  PolicyName: z.unknown().optional(),
  Roles: z.array(z.string()).min(1, 'only policies of roles are evaluated locally'),
});

/** Statements that one or more roles have. */
export const iamPolicy: ResourceKind = {
  type: 'AWS::IAM::Policy',
  properties: Object.keys(Properties.shape),
  identify: ({ logicalId, stack }) => ({ ref: `${stack}-${logicalId}`, attributes: { Id: `${stack}-${logicalId}` } }),
  start(resource: Resource, runtime: LocalRuntime) {
    const { PolicyDocument, Roles } = Properties.parse(resource.properties);
    const statements = statementsOf(PolicyDocument);
    for (const role of Roles)
      runtime.principals.addStatements(`arn:aws:iam::${runtime.account}:role/${role}`, statements);
  },
};
