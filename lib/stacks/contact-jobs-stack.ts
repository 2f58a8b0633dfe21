import { Duration, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { contactJobRoutes } from '../../shared/contact-jobs/routes.ts';
import { exportRoutes } from '../../shared/exports/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

/** Work over many contacts: a job's parts and a deleted list's members, each a chain of messages in one queue. */
export class ContactJobsStack extends Stack {
  /** Files for people to take along: of exports, and of organizations that are closed. */
  readonly exports: Bucket;
  readonly queue: Queue;

  constructor(scope: Construct, config: Config, data: DataStack, { api }: ApiStack) {
    super(scope, 'ContactJobs', { stackName: `${config.name}-contact-jobs` });
    this.exports = new Bucket(this, 'Exports', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: config.removalPolicy,
      lifecycleRules: [
        { prefix: 'contact-exports/', expiration: Duration.days(7) },
        // Erasing takes them along; what it should leave goes all the same.
        { prefix: 'exports/', expiration: Duration.days(28) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    const timeout = Duration.minutes(2);
    const run = new AppFunction(this, 'contact-jobs/run-part.queue', {
      config,
      timeout,
      memory: 1024,
      // What doesn't fit into the time of one message is sent on: as long a chain as its part or its list.
      allowsRecursion: true,
    });
    this.queue = new WorkQueue(this, 'Parts', {
      consumer: run,
      timeout,
      batchSize: 1,
      maxConcurrency: config.contactJobConcurrency,
      impact: 'Counts, bulk operations and exports stand still below 100 %; members of deleted lists stay.',
      topic: data.alarms,
    }).queue;
    const resume = new AppFunction(this, 'contact-jobs/resume-jobs.schedule', { config, timeout });
    new Schedule(this, 'Resume', {
      every: Duration.minutes(1),
      run: resume,
      impact: 'Work over many contacts that a crash interrupted stands still.',
      topic: data.alarms,
    });
    const http = new AppFunction(this, 'contact-jobs/http', { config, timeout: Duration.seconds(15) });
    // A list that a scrub derived keeps what it leaves out as an object.
    const exportsHttp = new AppFunction(this, 'exports/http', { config, timeout: Duration.seconds(15) });
    for (const worker of [run, resume, http, exportsHttp])
      worker
        .usesTable(data.table, [...httpTableActions, 'Query'])
        .usesBucket('RUNS_BUCKET', data.runs, ['GetObject'])
        .usesQueue('CONTACT_JOBS_QUEUE_URL', this.queue);
    // Members go by the hundred.
    run.allow(['dynamodb:BatchWriteItem'], [data.table.tableArn]);
    for (const writer of [run, exportsHttp])
      writer.usesBucket('EXPORTS_BUCKET', this.exports, ['GetObject', 'PutObject', 'DeleteObject']);
    new FeatureApi(this, 'ExportsApi', { api, routes: exportRoutes, handler: exportsHttp });
    // A membership that follows a merged contact is put only while its list stands.
    for (const worker of [run, http]) worker.usesTable(data.table, ['ConditionCheckItem']);
    new FeatureApi(this, 'ContactJobsApi', { api, routes: contactJobRoutes, handler: http });
  }
}
