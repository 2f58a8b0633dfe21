import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { routeKeys } from '../shared/platform/http/route.ts';
import { routes } from '../shared/routes.ts';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const { assembly } = inject('stack');
const stacks = new Map(
  readdirSync(assembly)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => [file, Template.parse(JSON.parse(readFileSync(join(assembly, file), 'utf8'))).Resources]),
);
const resources = [...stacks.values()].flatMap((stack) => Object.entries(stack));
const ofType = (type: string) =>
  resources.filter(([, { Type }]) => Type === type).map(([id, { Properties }]) => ({ id, ...Properties }));
const declared = Object.values(routes).flatMap((noun) => Object.values(noun).flatMap((route) => routeKeys(route)));

describe('the routes', () => {
  test('of the template are those that are declared, and $default', () => {
    const synthesized = ofType('AWS::ApiGatewayV2::Route').map(({ RouteKey }: Record<string, unknown>) => RouteKey);
    expect(synthesized.toSorted()).toEqual([...declared, '$default'].toSorted());
  });

  test('are declared once', () => {
    expect(declared.length).toBe(new Set(declared).size);
  });

  test('stay within the permissions that a function’s policy holds', () => {
    expect(ofType('AWS::Lambda::Permission').length).toBeLessThan(60);
    for (const [stack, those] of stacks) expect(Object.keys(those).length, stack).toBeLessThan(250);
  });
});

describe('every queue', () => {
  const Queue = z.object({
    id: z.string(),
    VisibilityTimeout: z.number().optional(),
    MessageRetentionPeriod: z.number(),
    RedrivePolicy: z.object({ maxReceiveCount: z.number(), deadLetterTargetArn: z.unknown() }).optional(),
  });
  const queues = ofType('AWS::SQS::Queue').map((queue) => Queue.parse(queue));
  const sources = queues.filter(({ RedrivePolicy }) => RedrivePolicy);
  const deadLetters = queues.filter(({ RedrivePolicy }) => !RedrivePolicy);

  test('has a dead-letter queue that keeps messages longer than it does itself', () => {
    expect(sources.length).toBe(deadLetters.length);
    for (const source of sources) {
      expect(source.RedrivePolicy?.maxReceiveCount, source.id).toBeGreaterThanOrEqual(5);
      for (const dead of deadLetters)
        expect(dead.MessageRetentionPeriod).toBeGreaterThan(source.MessageRetentionPeriod);
    }
  });

  test('hides a message six times as long as its consumer may run, and takes back single failures', () => {
    for (const mapping of ofType('AWS::Lambda::EventSourceMapping')) {
      const { FunctionName, EventSourceArn, FunctionResponseTypes } = z
        .object({
          FunctionName: z.object({ Ref: z.string() }),
          EventSourceArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
          FunctionResponseTypes: z.array(z.string()),
        })
        .parse(mapping);
      const consumer = z
        .object({ Timeout: z.number() })
        .parse(ofType('AWS::Lambda::Function').find(({ id }) => id === FunctionName.Ref));
      const queue = queues.find(({ id }) => id === EventSourceArn['Fn::GetAtt'][0]);
      expect(queue?.VisibilityTimeout, queue?.id).toBeGreaterThanOrEqual(6 * consumer.Timeout);
      expect(FunctionResponseTypes).toContain('ReportBatchItemFailures');
    }
  });
});

describe('every function', () => {
  test('runs on Node.js 24 on arm64 with a role, a log group and a timeout of its own', () => {
    const functions = ofType('AWS::Lambda::Function').map((fn) =>
      z
        .object({
          Runtime: z.string(),
          Architectures: z.array(z.string()),
          Role: z.unknown(),
          Timeout: z.number(),
          LoggingConfig: z.object({ LogGroup: z.unknown() }),
        })
        .parse(fn),
    );
    expect(functions.length).toBeGreaterThan(0);
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(functions.length);
    for (const fn of functions) expect([fn.Runtime, ...fn.Architectures]).toEqual(['nodejs24.x', 'arm64']);
  });

  test('is granted no Scan, no action of a whole service, and a bounded number of actions', () => {
    for (const policy of ofType('AWS::IAM::Policy')) {
      const { id, PolicyDocument } = z
        .object({
          id: z.string(),
          PolicyDocument: z.object({
            Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]) })),
          }),
        })
        .parse(policy);
      const actions = PolicyDocument.Statement.flatMap(({ Action }) => Action);
      expect(
        actions.filter((action) => action === 'dynamodb:Scan' || action.includes('*')),
        id,
      ).toEqual([]);
      expect(actions.length, id).toBeLessThanOrEqual(25);
    }
  });
});

describe('every alarm', () => {
  test('states its impact, leads to the runbook and tells somebody', () => {
    const runbook = readFileSync(join(import.meta.dirname, '../docs/runbook.md'), 'utf8');
    const alarms = ofType('AWS::CloudWatch::Alarm').map((alarm) =>
      z.object({ AlarmDescription: z.string(), AlarmActions: z.array(z.unknown()).min(1) }).parse(alarm),
    );
    expect(alarms.length).toBeGreaterThan(0);
    for (const { AlarmDescription } of alarms) {
      const [, page = ''] = /See docs\/runbook\.md, (\w+)\.$/.exec(AlarmDescription) ?? [];
      expect(runbook, AlarmDescription).toContain(`## ${page}\n`);
    }
  });
});

describe('the data', () => {
  test('is on demand, recoverable to a point in time, and encrypted', () => {
    const [table] = ofType('AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
    for (const bucket of ofType('AWS::S3::Bucket'))
      expect(bucket).toMatchObject({
        BucketEncryption: expect.anything(),
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
        LifecycleConfiguration: expect.anything(),
      });
  });
});
