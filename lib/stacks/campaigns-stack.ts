import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import type { Config } from '../config.ts';
import { Alarm } from '../constructs/alarm.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { CampaignRun } from '../constructs/campaign-run.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';
import type { MessagingStack } from './messaging-stack.ts';

export interface CampaignsStackProps {
  data: DataStack;
  api: ApiStack;
  messaging: MessagingStack;
}

/** Campaigns: their API, the machine that sends them, and the schedule that begins anew what stands still. */
export class CampaignsStack extends Stack {
  constructor(scope: Construct, config: Config, { data, api, messaging }: CampaignsStackProps) {
    super(scope, 'Campaigns', { stackName: `${config.name}-campaigns` });
    const plan = new AppFunction(this, 'campaigns/plan-audience.task', {
      config,
      timeout: Duration.minutes(5),
      memory: 1024,
    });
    plan
      .usesTable(data.table, ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'PartiQLInsert'])
      .usesBucket('RUNS_BUCKET', data.runs, ['GetObject', 'PutObject']);

    const send = new AppFunction(this, 'campaigns/send-batch.task', { config, timeout: Duration.minutes(5) });
    send
      .usesTable(data.table, ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem'])
      .allow(['kms:Decrypt'], [data.key.keyArn])
      .knows('KEY_ARN', data.key.keyArn)
      .knows('PROVIDER_BASE_URL', data.providerBaseUrl)
      .knows('PROVIDER_TIMEOUT_SECONDS', String(config.providerTimeoutSeconds))
      .knows('RECONCILE_AFTER_SECONDS', String(config.reconcileAfterSeconds))
      .knows('STATUS_URL', messaging.statusUrl);

    const settle = new AppFunction(this, 'campaigns/settle-run.task', { config, timeout: Duration.minutes(1) });
    settle
      .usesTable(data.table, ['GetItem', 'Query', 'UpdateItem'])
      .knows('PASS_WAIT_SECONDS', String(config.passWaitSeconds));

    const { stateMachine } = new CampaignRun(this, 'Run', {
      runs: data.runs,
      plan,
      send,
      settle,
      concurrency: config.sendConcurrency,
    });
    new Alarm(this, 'RunsFail', {
      impact: 'Campaigns stop for a minute or longer; whoever is queued stays queued, nobody is written to twice.',
      metric: stateMachine.metricFailed({ period: Duration.minutes(5) }),
      threshold: 1,
      topic: data.alarms,
    });
    new Alarm(this, 'SendersFail', {
      impact: 'Recipients of running campaigns wait, or end as unknown because their sender was cut off.',
      metric: send.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      periods: 2,
      topic: data.alarms,
    });

    const http = new AppFunction(this, 'campaigns/http', { config, timeout: Duration.seconds(15) });
    http
      .usesTable(data.table, [...httpTableActions, 'Query'])
      .usesStateMachine('CAMPAIGN_STATE_MACHINE_ARN', stateMachine)
      .knows('RUNS_BUCKET', data.runs.bucketName);
    new FeatureApi(this, 'Api', { api: api.api, routes: campaignRoutes, handler: http });

    const resume = new AppFunction(this, 'campaigns/resume-stalled.schedule', { config, timeout: Duration.minutes(1) });
    resume
      .usesTable(data.table, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
      .usesStateMachine('CAMPAIGN_STATE_MACHINE_ARN', stateMachine);
    new Schedule(this, 'ResumeStalled', {
      every: Duration.minutes(1),
      run: resume,
      impact: 'Campaigns whose run broke off stay where they are, though they are shown as running.',
      topic: data.alarms,
    });
  }
}
