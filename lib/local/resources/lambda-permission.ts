import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
  FunctionUrlAuthType: z.string().optional(),
  InvokedViaFunctionUrl: z.union([z.boolean(), z.string()]).optional(),
});

/** A statement of a function's own policy. */
export const lambdaPermission: ResourceKind = {
  type: 'AWS::Lambda::Permission',
  properties: Object.keys(Properties.shape),
  identify: ({ logicalId, stack }) => ({ ref: `${stack}-${logicalId}`, attributes: {} }),
  start(resource: Resource, runtime: LocalRuntime) {
    const { Action, FunctionName, Principal, ...conditions } = Properties.parse(resource.properties);
    const arn = FunctionName.startsWith('arn:')
      ? FunctionName
      : `arn:aws:lambda:${runtime.region}:${runtime.account}:function:${FunctionName}`;
    const { SourceArn, SourceAccount, FunctionUrlAuthType, InvokedViaFunctionUrl } = conditions;
    const equals = {
      ...(SourceAccount && { 'aws:SourceAccount': SourceAccount }),
      ...(FunctionUrlAuthType && { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType }),
    };
    runtime.principals.addResourcePolicy(arn, [
      {
        Effect: 'Allow',
        Principal: principalOf(Principal),
        Action,
        Resource: arn,
        Condition: {
          ...(SourceArn && { ArnLike: { 'aws:SourceArn': SourceArn } }),
          ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
          ...(InvokedViaFunctionUrl !== undefined && {
            Bool: { 'lambda:InvokedViaFunctionUrl': String(InvokedViaFunctionUrl) },
          }),
        },
      },
    ]);
  },
};

function principalOf(principal: string) {
  if (principal === '*') return '*' as const;
  return principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal };
}
