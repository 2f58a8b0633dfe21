import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnAccessPolicy, CfnCollection, CfnSecurityPolicy } from 'aws-cdk-lib/aws-opensearchserverless';
import { CfnPipeline } from 'aws-cdk-lib/aws-osis';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { DataStack } from './data-stack.ts';

/** The index of the collection that holds contacts, one document each. */
const index = 'contacts';

/**
 * Optional: contacts in Amazon OpenSearch Serverless, for full-text search over tens of millions. A managed pipeline
 * reads the table's export once and its stream from then on; no function of ours is in between, and nothing of the
 * API depends on it. docs/full-text-search.md says what it costs and how it is asked.
 */
export class FullTextStack extends Stack {
  constructor(scope: Construct, config: Config, { table }: DataStack) {
    super(scope, 'FullText', { stackName: `${config.name}-full-text` });
    const name = `${config.name}-contacts`;
    const rules = (type: string) => [{ ResourceType: type, Resource: [`collection/${name}`] }];
    const encryption = new CfnSecurityPolicy(this, 'Encryption', {
      name,
      type: 'encryption',
      policy: JSON.stringify({ Rules: rules('collection'), AWSOwnedKey: true }),
    });
    const network = new CfnSecurityPolicy(this, 'Network', {
      name,
      type: 'network',
      // Reached from anywhere by signed requests of the principals below, and by nobody else.
      policy: JSON.stringify([{ Rules: rules('collection'), AllowFromPublic: true }]),
    });
    const collection = new CfnCollection(this, 'Collection', { name, type: 'SEARCH' });
    collection.addResourceDependency(encryption);
    collection.addResourceDependency(network);

    const snapshots = new Bucket(this, 'Snapshots', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: config.removalPolicy,
      // The first export of the table is read once.
      lifecycleRules: [{ expiration: Duration.days(7) }],
    });
    const role = new Role(this, 'PipelineRole', { assumedBy: new ServicePrincipal('osis-pipelines.amazonaws.com') });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(
      ['DescribeTable', 'DescribeContinuousBackups', 'ExportTableToPointInTime'].map((action) => `dynamodb:${action}`),
      [table.tableArn],
    );
    allow(['dynamodb:DescribeExport'], [`${table.tableArn}/export/*`]);
    allow(
      ['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => `dynamodb:${action}`),
      [table.tableStreamArn ?? ''],
    );
    allow(['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], [snapshots.arnForObjects('*')]);
    allow(['aoss:BatchGetCollection', 'aoss:APIAccessAll'], [collection.attrArn]);
    new CfnAccessPolicy(this, 'Access', {
      name,
      type: 'data',
      policy: JSON.stringify([
        {
          Rules: [
            {
              ResourceType: 'index',
              Resource: [`index/${name}/*`],
              Permission: ['CreateIndex', 'DescribeIndex', 'UpdateIndex', 'ReadDocument', 'WriteDocument'].map(
                (permission) => `aoss:${permission}`,
              ),
            },
          ],
          Principal: [role.roleArn],
        },
      ]),
    });

    const logs = new LogGroup(this, 'PipelineLogs', {
      logGroupName: `/aws/vendedlogs/OpenSearchIngestion/${name}`,
      retention: config.logRetention,
      removalPolicy: config.removalPolicy,
    });
    const aws = { region: this.region, sts_role_arn: role.roleArn };
    new CfnPipeline(this, 'Pipeline', {
      pipelineName: name,
      minUnits: 1,
      maxUnits: 4,
      logPublishingOptions: { isLoggingEnabled: true, cloudWatchLogDestination: { logGroup: logs.logGroupName } },
      // YAML is JSON and more.
      pipelineConfigurationBody: this.toJsonString({
        version: '2',
        contacts: {
          source: {
            dynamodb: {
              acknowledgments: true,
              tables: [
                {
                  table_arn: table.tableArn,
                  stream: { start_position: 'LATEST' },
                  export: { s3_bucket: snapshots.bucketName, s3_region: this.region, s3_prefix: 'export/' },
                },
              ],
              aws,
            },
          },
          processor: [
            // The table holds everything; contacts stand in these partitions.
            { drop_events: { drop_when: '/pk !~ "^O#[^#]+#contacts#[0-9a-f]$"' } },
          ],
          sink: [
            {
              opensearch: {
                hosts: [collection.attrCollectionEndpoint],
                index,
                index_type: 'custom',
                document_id: '${getMetadata("primary_key")}',
                action: '${getMetadata("opensearch_action")}',
                document_version: '${getMetadata("document_version")}',
                document_version_type: 'external',
                aws: { ...aws, serverless: true },
              },
            },
          ],
        },
      }),
    });
    new CfnOutput(this, 'CollectionEndpoint', { value: collection.attrCollectionEndpoint });
  }
}
