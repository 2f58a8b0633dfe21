import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { closureRoutes } from '../../shared/closures/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { ApiStack } from './api-stack.ts';
import type { ContactJobsStack } from './contact-jobs-stack.ts';
import type { DataStack } from './data-stack.ts';
import type { ImportsStack } from './imports-stack.ts';
import type { NotificationsStack } from './notifications-stack.ts';

export interface ClosuresStackProps {
  data: DataStack;
  api: ApiStack;
  notifications: NotificationsStack;
  imports: ImportsStack;
  contactJobs: ContactJobsStack;
}

/** The closing of organizations: their data exported first, then erased, in steps that send each other. */
export class ClosuresStack extends Stack {
  constructor(
    scope: Construct,
    config: Config,
    { data, api: { api }, notifications, imports, contactJobs }: ClosuresStackProps,
  ) {
    super(scope, 'Closures', { stackName: `${config.name}-closures` });
    const { exports } = contactJobs;
    const timeout = Duration.minutes(5);
    const close = new AppFunction(this, 'closures/close.queue', {
      config,
      timeout,
      memory: 1024,
      allowsRecursion: true,
    });
    const { queue } = new WorkQueue(this, 'ClosureSteps', {
      consumer: close,
      timeout,
      batchSize: 1,
      maxConcurrency: 4,
      impact: 'Organizations that are being closed are neither exported nor erased.',
      topic: data.alarms,
    });
    close
      .usesTable(data.table, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'BatchWriteItem'])
      .usesBucket('EXPORTS_BUCKET', exports, ['PutObject', 'DeleteObject'])
      .usesBucket('UPLOADS_BUCKET', imports.uploads, ['DeleteObject'])
      .usesBucket('RUNS_BUCKET', data.runs, ['DeleteObject'])
      .allow(['s3:ListBucket'], [exports.bucketArn, imports.uploads.bucketArn, data.runs.bucketArn])
      .usesQueue('CLOSURE_STEPS_QUEUE_URL', queue)
      .usesQueue('NOTIFICATIONS_QUEUE_URL', notifications.queue);

    const http = new AppFunction(this, 'closures/http', { config, timeout: Duration.seconds(15) });
    http
      .usesTable(data.table, [...httpTableActions, 'Query'])
      .usesBucket('EXPORTS_BUCKET', exports, ['GetObject'])
      .usesQueue('CLOSURE_STEPS_QUEUE_URL', queue)
      .usesQueue('NOTIFICATIONS_QUEUE_URL', notifications.queue);
    new FeatureApi(this, 'ClosuresApi', { api, routes: closureRoutes, handler: http });

    const resume = new AppFunction(this, 'closures/resume-closures.schedule', {
      config,
      timeout: Duration.minutes(1),
      memory: 256,
    });
    resume
      .usesTable(data.table, ['GetItem', 'Query', 'PutItem', 'DeleteItem'])
      .usesQueue('CLOSURE_STEPS_QUEUE_URL', queue);
    new Schedule(this, 'ResumeClosures', {
      every: Duration.minutes(5),
      run: resume,
      impact: 'Organizations whose week is over are not erased, and closings that a crash stopped stand still.',
      topic: data.alarms,
    });
  }
}
