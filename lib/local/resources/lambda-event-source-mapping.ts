import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import { startMapping } from '../queues/event-source-mapping.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z
  .object({
    EventSourceArn: z.string().regex(/^arn:aws[\w-]*:sqs:/, 'only queues are event sources locally'),
    FunctionName: z.string(),
    BatchSize: z.number().int().min(1).max(10_000).default(10),
    MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).default(0),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    // Lambda starts with five pollers of a standard queue; a laptop's workers are no reason for more.
    ScalingConfig: z
      .object({ MaximumConcurrency: z.number().int().min(2).max(1000) })
      .default({ MaximumConcurrency: 5 }),
    Enabled: z.boolean().default(true),
  })
  .refine(({ BatchSize, MaximumBatchingWindowInSeconds: window }) => BatchSize <= 10 || window >= 1, {
    message: 'a BatchSize over 10 needs a MaximumBatchingWindowInSeconds of at least 1',
  });

/** Queues that feed functions, polled under the function's own role. */
export const lambdaEventSourceMapping: ResourceKind = {
  type: 'AWS::Lambda::EventSourceMapping',
  properties: [
    'EventSourceArn',
    'FunctionName',
    'BatchSize',
    'MaximumBatchingWindowInSeconds',
    'FunctionResponseTypes',
    'ScalingConfig',
    'Enabled',
    'Tags',
  ],
  identify: ({ logicalId, stack }) => ({ ref: `${stack}-${logicalId}`, attributes: { Id: `${stack}-${logicalId}` } }),
  async start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const given = Properties.parse(properties);
    const named = given.FunctionName;
    const functionArn = named.startsWith('arn:')
      ? named
      : `arn:aws:lambda:${runtime.region}:${runtime.account}:function:${named}`;
    const definition = runtime.functions.definition(functionArn);
    if (!definition) throw new Error(`There is no function ${named}`);
    if (!given.Enabled) return;
    await startMapping(
      {
        name: `${stack}/${logicalId}`,
        queueArn: given.EventSourceArn,
        functionArn,
        roleArn: definition.roleArn,
        functionTimeoutSeconds: definition.timeoutSeconds,
        batchSize: given.BatchSize,
        windowSeconds: given.MaximumBatchingWindowInSeconds,
        reportsFailures: given.FunctionResponseTypes.includes('ReportBatchItemFailures'),
        maximumConcurrency: given.ScalingConfig.MaximumConcurrency,
      },
      runtime,
    );
  },
};
