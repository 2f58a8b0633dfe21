import { type HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { type Routes, routeKeys } from '../../shared/platform/http/route.ts';
import type { AppFunction } from './app-function.ts';

/** Every route of a noun, as declared, answered by one function. */
export class FeatureApi extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { api, routes, handler }: { api: HttpApi; routes: Routes; handler: AppFunction },
  ) {
    super(scope, id);
    // Access tokens are of this address, and so is what publishes their keys.
    handler.knows('ISSUER', handler.config.publicUrl ?? `${api.apiEndpoint}/v1`);
    // One permission for the API, not one a route: those pass Lambda's 20 KB policy limit at about 30 routes.
    const integration = new HttpLambdaIntegration('Integration', handler, { scopePermissionToRoute: false });
    for (const [name, route] of Object.entries(routes))
      for (const [index, key] of routeKeys(route).entries())
        new HttpRoute(this, index === 0 ? name : `${name}Alias${index}`, {
          httpApi: api,
          routeKey: routeKeyOf(key),
          integration,
        });
  }
}

const routeKeyOf = (key: string) => {
  const [method, path] = key.split(' ');
  const known = Object.values(HttpMethod).find((name) => name === method);
  if (!known || !path) throw new Error(`Not a route key: ${key}`);
  return HttpRouteKey.with(path, known);
};
