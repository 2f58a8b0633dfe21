import { z } from 'zod';
import { CorsConfiguration } from '../http/cors.ts';
import { createHttpApi, httpApiHandler } from '../http/http-apis.ts';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  CorsConfiguration: CorsConfiguration.optional(),
  DisableExecuteApiEndpoint: z.literal(false).optional(),
  ProtocolType: z.literal('HTTP', 'only HTTP APIs run locally'),
  // Without effect on requests.
  Description: z.unknown().optional(),
  Name: z.unknown().optional(),
  Tags: z.unknown().optional(),
  Version: z.unknown().optional(),
});

/** An HTTP API on a port of its own, all its stages on the same. */
export const apigatewayv2Api: ResourceKind = {
  type: 'AWS::ApiGatewayV2::Api',
  properties: Object.keys(Properties.shape),
  listens: 'api',
  identify({ logicalId, stack }, runtime: LocalRuntime) {
    const apiId = `${stack}${logicalId}`.toLowerCase().replace(/[^a-z0-9]/g, '');
    const address = runtime.listeners.get(`${stack}.${logicalId}`)?.url;
    if (address === undefined) throw new Error(`${stack}.${logicalId} has no port`);
    return {
      ref: apiId,
      attributes: { ApiId: apiId, ApiEndpoint: address },
      addresses: { [`https://${apiId}.execute-api.${runtime.region}.amazonaws.com`]: address },
    };
  },
  start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const { CorsConfiguration: cors } = Properties.parse(properties);
    const { ref: apiId } = apigatewayv2Api.identify({ logicalId, stack }, runtime);
    const listener = runtime.listeners.get(`${stack}.${logicalId}`);
    const api = createHttpApi();
    runtime.httpApis.set(apiId, api);
    listener?.serve(httpApiHandler({ api, apiId, cors, runtime, domainName: `127.0.0.1:${listener.port}` }));
  },
};
