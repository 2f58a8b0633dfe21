import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string().includes('.'),
  Role: z.string(),
  Runtime: z.string().startsWith('nodejs', 'only Node.js functions run locally'),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  MemorySize: z.coerce.number().default(128),
  Timeout: z.coerce.number().default(3),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  FunctionName: z.string().optional(),
  // Without effect here: the machine has its own architecture, disk, log and traces.
  Architectures: z.unknown().optional(),
  Description: z.unknown().optional(),
  EphemeralStorage: z.unknown().optional(),
  LoggingConfig: z.unknown().optional(),
  Tags: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
  RecursiveLoop: z.unknown().optional(),
});

/** A function: its bundle in workers of its own, under its role's credentials. */
export const lambdaFunction: ResourceKind = {
  type: 'AWS::Lambda::Function',
  properties: Object.keys(Properties.shape),
  identify({ logicalId, stack, raw }, runtime) {
    const given = raw?.['FunctionName'];
    const name = typeof given === 'string' ? given : `${stack}-${logicalId}`;
    return { ref: name, attributes: { Arn: `arn:aws:lambda:${runtime.region}:${runtime.account}:function:${name}` } };
  },
  start(resource: Resource, runtime: LocalRuntime) {
    const { logicalId, stack } = resource;
    const properties = Properties.parse(resource.properties);
    const { ref: name, attributes } = lambdaFunction.identify({ logicalId, stack, raw: resource.properties }, runtime);
    const codeFolder = runtime.assetFolder(properties.Code.S3Key);
    if (codeFolder === undefined) throw new Error(`Code: no asset has the key ${properties.Code.S3Key}`);
    const trusted = runtime.trust.get(properties.Role);
    if (!trusted?.has('lambda.amazonaws.com'))
      throw new Error(`Role: lambda.amazonaws.com may not assume ${properties.Role}`);
    const credentials = runtime.credentialsOf(properties.Role);
    runtime.functions.register(
      {
        name,
        origin: `${stack}/${logicalId}`,
        arn: attributes['Arn'] ?? name,
        roleArn: properties.Role,
        codeFolder,
        handler: properties.Handler,
        environment: properties.Environment?.Variables ?? {},
        memoryMb: properties.MemorySize,
        timeoutSeconds: properties.Timeout,
        ...(properties.ReservedConcurrentExecutions !== undefined && {
          reservedConcurrency: properties.ReservedConcurrentExecutions,
        }),
      },
      {
        ...properties.Environment?.Variables,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_REGION: runtime.region,
        AWS_DEFAULT_REGION: runtime.region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_ENDPOINT_URL: runtime.gatewayUrl,
        _HANDLER: properties.Handler,
        LAMBDA_TASK_ROOT: codeFolder,
        TZ: 'UTC',
      },
    );
  },
};
