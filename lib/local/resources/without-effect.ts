import type { ResourceKind } from '../runtime.ts';

/**
 * A resource that rightly does nothing on one machine. Its properties are listed all the same, so that a new one is
 * looked at before it is ignored.
 */
function withoutEffect(type: string, service: string, properties: string[]): ResourceKind {
  return {
    type,
    properties,
    identify({ logicalId, stack }, { region, account }) {
      const name = `${stack}-${logicalId}`;
      return { ref: name, attributes: { Arn: `arn:aws:${service}:${region}:${account}:${name}` } };
    },
  };
}

/** Logs go to the runtime's own log. */
export const logsLogGroup = withoutEffect('AWS::Logs::LogGroup', 'logs', [
  'LogGroupName',
  'RetentionInDays',
  'LogGroupClass',
  'KmsKeyId',
  'DataProtectionPolicy',
  'Tags',
]);

export const logsMetricFilter = withoutEffect('AWS::Logs::MetricFilter', 'logs', [
  'FilterName',
  'FilterPattern',
  'LogGroupName',
  'MetricTransformations',
]);

/** Nothing measures here what an alarm watches. */
export const cloudwatchAlarm = withoutEffect('AWS::CloudWatch::Alarm', 'cloudwatch', [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'InsufficientDataActions',
  'MetricName',
  'Metrics',
  'Namespace',
  'OKActions',
  'Period',
  'Statistic',
  'Tags',
  'Threshold',
  'ThresholdMetricId',
  'TreatMissingData',
  'Unit',
]);

export const cloudwatchDashboard = withoutEffect('AWS::CloudWatch::Dashboard', 'cloudwatch', [
  'DashboardBody',
  'DashboardName',
]);

/** Alarms publish to it, and there are none that ring. */
export const snsTopic: ResourceKind = {
  ...withoutEffect('AWS::SNS::Topic', 'sns', [
    'DisplayName',
    'KmsMasterKeyId',
    'Subscription',
    'Tags',
    'TopicName',
    'SignatureVersion',
    'TracingConfig',
  ]),
  identify({ logicalId, stack }, { region, account }) {
    const arn = `arn:aws:sns:${region}:${account}:${stack}-${logicalId}`;
    return { ref: arn, attributes: { TopicArn: arn, TopicName: `${stack}-${logicalId}` } };
  },
};

export const snsTopicPolicy = withoutEffect('AWS::SNS::TopicPolicy', 'sns', ['PolicyDocument', 'Topics']);

export const snsSubscription = withoutEffect('AWS::SNS::Subscription', 'sns', ['Endpoint', 'Protocol', 'TopicArn']);

export const cdkMetadata = withoutEffect('AWS::CDK::Metadata', 'cloudformation', ['Analytics']);
