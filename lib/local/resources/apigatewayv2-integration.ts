import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY', 'only Lambda proxy integrations run locally'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'only payload format 2.0 runs locally'),
  TimeoutInMillis: z.coerce.number().default(30_000),
  IntegrationMethod: z.literal('POST').optional(),
  Description: z.unknown().optional(),
});

/** What leads from routes to a function. */
export const apigatewayv2Integration: ResourceKind = {
  type: 'AWS::ApiGatewayV2::Integration',
  properties: Object.keys(Properties.shape),
  identify: ({ logicalId, stack }) => ({ ref: `${stack}-${logicalId}`, attributes: {} }),
  start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const { ApiId, IntegrationUri, TimeoutInMillis: timeoutMs } = Properties.parse(properties);
    // Either the function's ARN itself, or the address of its invocation that has the ARN inside.
    const functionArn = /arn:[^:]+:lambda:[^:]+:[^:]+:function:[^/:]+/.exec(IntegrationUri)?.[0];
    const api = runtime.httpApis.get(ApiId);
    if (!api || !functionArn) throw new Error(`There is no API ${ApiId}, or no function in ${IntegrationUri}`);
    api.integrations.set(`${stack}-${logicalId}`, { functionArn, timeoutMs });
  },
};
