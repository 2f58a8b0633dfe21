import { CfnOutput, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';

/** What holds data and what every feature stands on: the table, the key of secrets, the topic of alarms. */
export class DataStack extends Stack {
  readonly table: Table;
  /** Manifests and results of campaign runs and scrubs; what a scrub leaves out of its clean list stays for good. */
  readonly runs: Bucket;
  readonly key: Key;
  readonly alarms: Topic;
  /** Where SMS leave: Twilio, unless the deployment names another address of the same API. */
  readonly providerBaseUrl: string;

  constructor(scope: Construct, config: Config) {
    super(scope, 'Data', { stackName: `${config.name}-data`, terminationProtection: config.deletionProtection });
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      ...(config.fullText ? { stream: StreamViewType.NEW_IMAGE } : {}),
      deletionProtection: config.deletionProtection,
      removalPolicy: config.removalPolicy,
    });
    this.runs = new Bucket(this, 'Runs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: config.removalPolicy,
      lifecycleRules: [{ prefix: 'runs/', expiration: Duration.days(90) }],
    });
    this.key = new Key(this, 'Key', {
      description: 'Seals the data keys under which secrets of organizations are encrypted',
      enableKeyRotation: true,
      removalPolicy: config.removalPolicy,
    });
    this.alarms = new Topic(this, 'Alarms', { enforceSSL: true });
    this.providerBaseUrl = new CfnParameter(this, 'ProviderBaseUrl', {
      description: 'Base address of the SMS provider API',
      default: 'https://api.twilio.com',
      allowedPattern: 'https?://.+[^/]',
    }).valueAsString;
    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'KeyArn', { value: this.key.keyArn });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarms.topicArn });
  }
}
