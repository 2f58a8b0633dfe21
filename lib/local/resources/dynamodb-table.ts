import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { physicalName } from './physical-name.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.string() }));
const Properties = z.object({
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema,
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema,
        Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
      }),
    )
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  TableName: z.string().optional(),
  // Backups, protection, encryption and warm throughput change nothing of what a client sees.
  ContributorInsightsSpecification: z.unknown().optional(),
  DeletionProtectionEnabled: z.unknown().optional(),
  OnDemandThroughput: z.unknown().optional(),
  PointInTimeRecoverySpecification: z.unknown().optional(),
  SSESpecification: z.unknown().optional(),
  TableClass: z.unknown().optional(),
  Tags: z.unknown().optional(),
  WarmThroughput: z.unknown().optional(),
  WriteOnDemandThroughputSettings: z.unknown().optional(),
  // Of a global table: its one replica is the table itself.
  Replicas: z.array(z.unknown()).max(1).optional(),
});

const identify: ResourceKind['identify'] = (resource, runtime) => {
  const name = physicalName(resource, 'TableName', 255);
  return { ref: name, attributes: { Arn: `arn:aws:dynamodb:${runtime.region}:${runtime.account}:table/${name}` } };
};

function tableKind(type: string): ResourceKind {
  return {
    type,
    properties: Object.keys(Properties.shape),
    identify,
    async start(resource: Resource, runtime: LocalRuntime) {
      const table = Properties.parse(resource.properties);
      const { ref: TableName } = identify({ ...resource, raw: resource.properties }, runtime);
      const { AttributeDefinitions, KeySchema: keys, GlobalSecondaryIndexes, TimeToLiveSpecification: ttl } = table;
      await runtime.engines.dynamodb.createTable(
        { TableName, AttributeDefinitions, KeySchema: keys, ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }) },
        ttl?.Enabled ? ttl.AttributeName : undefined,
      );
    },
  };
}

/** A table on the DynamoDB engine, made unless it is there; only on-demand capacity. */
export const dynamodbTable = tableKind('AWS::DynamoDB::Table');

/** What CDK's TableV2 makes: the same, with one replica. */
export const dynamodbGlobalTable = tableKind('AWS::DynamoDB::GlobalTable');
