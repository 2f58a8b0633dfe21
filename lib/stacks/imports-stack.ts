import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { importRoutes } from '../../shared/imports/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

/** Imports: an upload's event makes a plan, the plan makes chunks, and workers take those. */
export class ImportsStack extends Stack {
  /** Files of imports and what is wrong with their rows. */
  readonly uploads: Bucket;

  constructor(scope: Construct, config: Config, data: DataStack, { api }: ApiStack) {
    super(scope, 'Imports', { stackName: `${config.name}-imports` });
    const uploads = new Bucket(this, 'Uploads', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: config.removalPolicy,
      // Files go when their import is long over, and with them those that no import claimed.
      lifecycleRules: [
        { prefix: 'uploads/', expiration: Duration.days(7) },
        { prefix: 'converted/', expiration: Duration.days(7) },
        { prefix: 'errors/', expiration: Duration.days(30) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      ...(config.allowedOrigins.length === 0
        ? {}
        : {
            cors: [
              {
                allowedOrigins: config.allowedOrigins,
                allowedMethods: [HttpMethods.PUT, HttpMethods.GET],
                allowedHeaders: ['content-type'],
                maxAge: 3600,
              },
            ],
          }),
    });
    this.uploads = uploads;

    // The largest file streams through in about a minute; what is kept of it is a few pieces and a chunk's bounds, and
    // of a workbook its shared texts.
    const planTimeout = Duration.minutes(5);
    const plan = new AppFunction(this, 'imports/plan-import.queue', { config, timeout: planTimeout, memory: 1024 });
    const plans = new WorkQueue(this, 'Plans', {
      consumer: plan,
      timeout: planTimeout,
      batchSize: 1,
      maxConcurrency: 4,
      impact: 'Uploaded files are not imported: their jobs stay at 0 %.',
      topic: data.alarms,
    });
    // A chunk is 1,000 rows of 1 MB in all, and takes a second; the memory is for the CPU that comes with it.
    const chunkTimeout = Duration.minutes(1);
    const chunk = new AppFunction(this, 'imports/import-chunk.queue', {
      config,
      timeout: chunkTimeout,
      memory: 1024,
      // Each finished chunk sends one more: as long a chain as its job has chunks.
      allowsRecursion: true,
    });
    const chunks = new WorkQueue(this, 'Chunks', {
      consumer: chunk,
      timeout: chunkTimeout,
      batchSize: 1,
      maxConcurrency: config.importConcurrency,
      impact: 'Parts of imported files are missing: their jobs stay below 100 %.',
      topic: data.alarms,
    });
    const resume = new AppFunction(this, 'imports/resume-stalled.schedule', { config, timeout: Duration.minutes(1) });
    new Schedule(this, 'Resume', {
      every: Duration.minutes(1),
      run: resume,
      impact: 'Imports that stand still stay so, and uploads that never came are not closed.',
      topic: data.alarms,
    });

    plan
      .usesTable(data.table, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'PartiQLInsert'])
      .usesBucket('UPLOADS_BUCKET', uploads, ['GetObject', 'PutObject', 'DeleteObject'])
      .usesQueue('IMPORT_CHUNKS_QUEUE_URL', chunks.queue)
      .knows('IMPORT_CHUNKS_IN_FLIGHT', String(config.importChunksInFlight));
    chunk
      .usesTable(data.table, [
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'BatchWriteItem',
        'PartiQLInsert',
      ])
      .usesBucket('UPLOADS_BUCKET', uploads, ['GetObject', 'PutObject'])
      .usesQueue('IMPORT_CHUNKS_QUEUE_URL', chunks.queue)
      .knows('IMPORT_CHUNKS_IN_FLIGHT', String(config.importChunksInFlight));
    resume
      .usesTable(data.table, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
      .usesBucket('UPLOADS_BUCKET', uploads, ['GetObject', 'PutObject'])
      .usesQueue('IMPORT_PLANS_QUEUE_URL', plans.queue)
      .usesQueue('IMPORT_CHUNKS_QUEUE_URL', chunks.queue)
      .knows('IMPORT_CHUNKS_IN_FLIGHT', String(config.importChunksInFlight));
    // Who may not list a bucket is told 403 of an object that isn't there, and could not tell it from a refusal.
    for (const reader of [plan, chunk, resume]) reader.allow(['s3:ListBucket'], [uploads.bucketArn]);

    const http = new AppFunction(this, 'imports/http', { config, timeout: Duration.seconds(15) });
    http
      .usesTable(data.table, [...httpTableActions, 'Query'])
      .usesBucket('UPLOADS_BUCKET', uploads, ['GetObject', 'PutObject'])
      .usesQueue('IMPORT_CHUNKS_QUEUE_URL', chunks.queue)
      .knows('IMPORT_CHUNKS_IN_FLIGHT', String(config.importChunksInFlight));
    new FeatureApi(this, 'ImportsApi', { api, routes: importRoutes, handler: http });

    this.notify(uploads, plans.queue);
  }

  /** The bucket's own notification: CDK's helper would add a Python function that sets it from outside. */
  private notify(uploads: Bucket, plans: Queue) {
    const policy = plans.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [plans.queueArn],
        // Not the bucket's ARN: S3 asks for the permission before there is a bucket.
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    const resource = uploads.node.defaultChild;
    if (!(resource instanceof CfnBucket)) throw new Error('A bucket has no resource of its own');
    resource.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: plans.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: 'uploads/' }] } },
        },
      ],
    };
    if (policy.policyDependable) resource.node.addDependency(policy.policyDependable);
  }
}
