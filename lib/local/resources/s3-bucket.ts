import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind } from '../runtime.ts';
import { physicalName } from './physical-name.ts';

const Filter = z.strictObject({
  S3Key: z.strictObject({ Rules: z.array(z.strictObject({ Name: z.string(), Value: z.string() })) }),
});
const QueueConfiguration = z.strictObject({ Event: z.string(), Queue: z.string(), Filter: Filter.optional() });
const CorsRule = z.strictObject({
  AllowedHeaders: z.array(z.string()).default([]),
  AllowedMethods: z.array(z.string()),
  AllowedOrigins: z.array(z.string()),
  ExposedHeaders: z.array(z.string()).default([]),
  MaxAge: z.coerce.number().optional(),
  Id: z.string().optional(),
});
const Properties = z.object({
  BucketName: z.string().optional(),
  CorsConfiguration: z.strictObject({ CorsRules: z.array(CorsRule) }).optional(),
  NotificationConfiguration: z.strictObject({ QueueConfigurations: z.array(QueueConfiguration).optional() }).optional(),
  // Encryption, public access and ownership change nothing of what a role sees; objects expire on AWS only.
  BucketEncryption: z.unknown().optional(),
  LifecycleConfiguration: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  PublicAccessBlockConfiguration: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/** Bucket names have no upper case. */
const nameOf = (resource: Parameters<ResourceKind['identify']>[0]) =>
  physicalName(resource, 'BucketName', 63).toLowerCase();

function notificationOf({ Event, Queue, Filter: filter }: z.infer<typeof QueueConfiguration>) {
  const value = (name: string) => filter?.S3Key.Rules.find((rule) => rule.Name.toLowerCase() === name)?.Value;
  const [prefix, suffix] = [value('prefix'), value('suffix')];
  return { queueArn: Queue, events: [Event], ...(prefix && { prefix }), ...(suffix && { suffix }) };
}

/** A bucket with its CORS rules and what it tells queues; a versioned or public bucket stops the start. */
export const s3Bucket: ResourceKind = {
  type: 'AWS::S3::Bucket',
  properties: Object.keys(Properties.shape),
  identify(resource, runtime) {
    const name = nameOf(resource);
    const host = new URL(runtime.gatewayUrl).host;
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${host}/${name}`,
        RegionalDomainName: `${host}/${name}`,
      },
    };
  },
  async start(resource: Resource, runtime: LocalRuntime) {
    const bucket = Properties.parse(resource.properties);
    await runtime.engines.s3.createBucket({
      name: nameOf({ ...resource, raw: resource.properties }),
      cors: (bucket.CorsConfiguration?.CorsRules ?? []).map((rule) => ({
        allowedOrigins: rule.AllowedOrigins,
        allowedMethods: rule.AllowedMethods,
        allowedHeaders: rule.AllowedHeaders,
        exposedHeaders: rule.ExposedHeaders,
        ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
      })),
      notifications: (bucket.NotificationConfiguration?.QueueConfigurations ?? []).map(notificationOf),
    });
  },
};
