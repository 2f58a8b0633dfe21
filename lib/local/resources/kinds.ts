import type { ResourceKind } from '../runtime.ts';
import { apigatewayv2Api } from './apigatewayv2-api.ts';
import { apigatewayv2Integration } from './apigatewayv2-integration.ts';
import { apigatewayv2Route } from './apigatewayv2-route.ts';
import { apigatewayv2Stage } from './apigatewayv2-stage.ts';
import { dynamodbGlobalTable, dynamodbTable } from './dynamodb-table.ts';
import { eventsRule } from './events-rule.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { kmsAlias } from './kms-alias.ts';
import { kmsKey } from './kms-key.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { lambdaUrl } from './lambda-url.ts';
import { s3Bucket } from './s3-bucket.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsQueuePolicy } from './sqs-queue-policy.ts';
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
    dynamodbGlobalTable,
    dynamodbTable,
    eventsRule,
    iamPolicy,
    iamRole,
    kmsAlias,
    kmsKey,
    lambdaEventSourceMapping,
    lambdaFunction,
    lambdaPermission,
    lambdaUrl,
    logsLogGroup,
    logsMetricFilter,
    s3Bucket,
    s3BucketPolicy,
    snsSubscription,
    snsTopic,
    snsTopicPolicy,
    sqsQueue,
    sqsQueuePolicy,
    stepfunctionsStateMachine,
  ].map((kind) => [kind.type, kind]),
);
