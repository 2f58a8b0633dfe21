import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  ApiId: z.string(),
  AuthorizationType: z.literal('NONE', 'authorizers do not run locally').optional(),
  RouteKey: z.string(),
  Target: z.string().startsWith('integrations/'),
  // Without effect on requests.
  OperationName: z.unknown().optional(),
});

/** A route of an HTTP API. */
export const apigatewayv2Route: ResourceKind = {
  type: 'AWS::ApiGatewayV2::Route',
  properties: Object.keys(Properties.shape),
  identify: ({ logicalId, stack }) => ({
    ref: `${stack}-${logicalId}`,
    attributes: { RouteId: `${stack}-${logicalId}` },
  }),
  start({ properties }: Resource, runtime: LocalRuntime) {
    const { ApiId, RouteKey: routeKey, Target } = Properties.parse(properties);
    const api = runtime.httpApis.get(ApiId);
    if (!api) throw new Error(`ApiId: there is no API ${ApiId}`);
    api.routes.add({ routeKey, integrationId: Target.slice('integrations/'.length) });
  },
};
