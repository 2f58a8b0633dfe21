import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { PolicyStatement, statementsOf } from '../wire/policy.ts';

const Properties = z.object({
  AssumeRolePolicyDocument: z.unknown().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
  RoleName: z.string().optional(),
  // Without effect on what the role may do.
  Description: z.unknown().optional(),
  MaxSessionDuration: z.unknown().optional(),
  Path: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** Managed policies that allow nothing but logs and traces, which need no call here. */
const withoutEffect = /:policy\/(service-role\/AWSLambdaBasicExecutionRole|AWSXRayDaemonWriteAccess)$/;

/** A role with its access key and its inline policies. */
export const iamRole: ResourceKind = {
  type: 'AWS::IAM::Role',
  properties: Object.keys(Properties.shape),
  identify({ logicalId, stack, raw }, runtime) {
    const given = raw?.['RoleName'];
    const name = typeof given === 'string' ? given : `${stack}-${logicalId}`;
    return { ref: name, attributes: { Arn: `arn:aws:iam::${runtime.account}:role/${name}`, RoleId: name } };
  },
  start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const role = Properties.parse(properties);
    const { attributes } = iamRole.identify({ logicalId, stack, raw: properties }, runtime);
    const arn = attributes['Arn'] ?? '';
    const unknown = role.ManagedPolicyArns.filter((policy) => !withoutEffect.test(policy));
    if (unknown.length > 0) throw new Error(`ManagedPolicyArns: ${unknown.join(', ')} is not known locally`);
    runtime.principals.addRole(
      arn,
      role.Policies.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)),
    );
    const trusted = statementsOf(role.AssumeRolePolicyDocument).map((statement) => PolicyStatement.parse(statement));
    const services = trusted.flatMap(({ Effect, Principal }) =>
      Effect === 'Allow' && typeof Principal === 'object' ? (Principal.Service ?? []) : [],
    );
    runtime.trust.set(arn, new Set(services));
  },
};
