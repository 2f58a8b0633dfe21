import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpRoute, HttpRouteKey, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { docsRoutes } from '../../shared/docs/routes.ts';
import { healthRoutes } from '../../shared/health/routes.ts';
import type { Config } from '../config.ts';
import { Alarm } from '../constructs/alarm.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import type { DataStack } from './data-stack.ts';

/** The HTTP API with its stages, and what it answers about itself: health and whatever no route matches. */
export class ApiStack extends Stack {
  readonly api: HttpApi;

  constructor(scope: Construct, config: Config, data: DataStack) {
    super(scope, 'Api', { stackName: `${config.name}-api` });
    this.api = new HttpApi(this, 'Api', {
      apiName: config.name,
      createDefaultStage: false,
      ...(config.allowedOrigins.length === 0
        ? {}
        : {
            corsPreflight: {
              allowOrigins: config.allowedOrigins,
              allowMethods: [CorsHttpMethod.ANY],
              allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-organization-id'],
              exposeHeaders: ['x-request-id', 'idempotent-replayed', 'retry-after', 'ratelimit', 'ratelimit-policy'],
              maxAge: Duration.hours(1),
            },
          }),
    });
    const stage = new HttpStage(this, 'V1', { httpApi: this.api, stageName: 'v1', autoDeploy: true });
    // The unprefixed paths that older clients know.
    new HttpStage(this, 'Default', { httpApi: this.api, stageName: '$default', autoDeploy: true });

    const health = new AppFunction(this, 'health/http', { config, timeout: Duration.seconds(10), memory: 256 });
    health.usesTable(data.table, httpTableActions);
    new FeatureApi(this, 'Health', { api: this.api, routes: healthRoutes, handler: health });

    const docs = new AppFunction(this, 'docs/http', { config, timeout: Duration.seconds(10) });
    docs.usesTable(data.table, httpTableActions);
    new FeatureApi(this, 'Docs', { api: this.api, routes: docsRoutes, handler: docs });

    const fallback = new AppFunction(this, 'fallback/http', { config, timeout: Duration.seconds(5), memory: 128 });
    new HttpRoute(this, 'Fallback', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      // Scoped to its route, unlike the others: what covers every method and path doesn't cover `$default`.
      integration: new HttpLambdaIntegration('Fallback', fallback),
    });
    new Alarm(this, 'ApiFails', {
      impact: 'Clients of the API get server errors.',
      metric: this.api.metricServerError({ period: Duration.minutes(5) }),
      threshold: 5,
      topic: data.alarms,
    });
    new CfnOutput(this, 'ApiUrl', { value: stage.url });
  }
}
