import { z } from 'zod';
import { createTokenBucket } from '../http/token-bucket.ts';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  ApiId: z.string(),
  AutoDeploy: z.literal(true, 'only stages that deploy themselves run locally'),
  DefaultRouteSettings: z
    .strictObject({
      ThrottlingRateLimit: z.coerce.number().optional(),
      ThrottlingBurstLimit: z.coerce.number().optional(),
      DetailedMetricsEnabled: z.unknown().optional(),
    })
    .optional(),
  StageName: z.string(),
  // Without effect on requests.
  AccessLogSettings: z.unknown().optional(),
  Description: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** A stage: the first part of the path, or `$default` without one; with its throttle. */
export const apigatewayv2Stage: ResourceKind = {
  type: 'AWS::ApiGatewayV2::Stage',
  properties: Object.keys(Properties.shape),
  identify({ logicalId, raw }) {
    const name = raw?.['StageName'];
    return { ref: typeof name === 'string' ? name : logicalId, attributes: {} };
  },
  start({ properties }: Resource, runtime: LocalRuntime) {
    const { ApiId, StageName, DefaultRouteSettings: settings } = Properties.parse(properties);
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
    const bucket = rate === undefined ? undefined : createTokenBucket(rate, burst ?? rate);
    const api = runtime.httpApis.get(ApiId);
    if (!api) throw new Error(`ApiId: there is no API ${ApiId}`);
    api.stages.set(StageName, { throttle: () => bucket?.take() ?? true });
  },
};
