import type { ResourceKind } from '../runtime.ts';
import { apigatewayv2Api } from './apigatewayv2-api.ts';
import { apigatewayv2Integration } from './apigatewayv2-integration.ts';
import { apigatewayv2Route } from './apigatewayv2-route.ts';
import { apigatewayv2Stage } from './apigatewayv2-stage.ts';
import { eventsRule } from './events-rule.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { lambdaUrl } from './lambda-url.ts';
import { stepfunctionsStateMachine } from './stepfunctions-state-machine.ts';
import {
  cdkMetadata,
  cloudwatchAlarm,
  cloudwatchDashboard,
  logsLogGroup,
  logsMetricFilter,
  snsSubscription,
  snsTopic,
  snsTopicPolicy,
} from './without-effect.ts';

/** Every CloudFormation type that runs locally. */
export const kinds: ReadonlyMap<string, ResourceKind> = new Map(
  [
    apigatewayv2Api,
    apigatewayv2Integration,
    apigatewayv2Route,
    apigatewayv2Stage,
    cdkMetadata,
    cloudwatchAlarm,
    cloudwatchDashboard,
    eventsRule,
    iamPolicy,
    iamRole,
    lambdaEventSourceMapping,
    lambdaFunction,
    lambdaPermission,
    lambdaUrl,
    logsLogGroup,
    logsMetricFilter,
    snsSubscription,
    snsTopic,
    snsTopicPolicy,
    stepfunctionsStateMachine,
  ].map((kind) => [kind.type, kind]),
);
