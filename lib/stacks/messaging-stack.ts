import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { Alarm } from '../constructs/alarm.ts';
import { AppFunction } from '../constructs/app-function.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';

/** What the SMS provider calls: people's texts, obeyed at once, and statuses, recorded through a queue. */
export class MessagingStack extends Stack {
  /** Address of the webhook, with a slash at its end. */
  readonly webhookUrl: string;

  constructor(scope: Construct, config: Config, data: DataStack) {
    super(scope, 'Messaging', { stackName: `${config.name}-messaging` });
    const recordTimeout = Duration.seconds(30);
    const record = new AppFunction(this, 'messages/record-callback.queue', { config, timeout: recordTimeout });
    record.usesTable(data.table, ['BatchGetItem', 'UpdateItem']);
    const reports = new WorkQueue(this, 'StatusReports', {
      consumer: record,
      timeout: recordTimeout,
      // As many as one transaction takes with their counts.
      batchSize: 45,
      batchingWindow: Duration.seconds(1),
      maxConcurrency: 5,
      impact: 'Messages stay "sent" though the provider told us more; nobody is written to twice.',
      topic: data.alarms,
    });

    const webhook = new AppFunction(this, 'messages/twilio.webhook', {
      config,
      timeout: Duration.seconds(10),
      // Kept for it alone: a STOP never waits behind a campaign.
      reservedConcurrency: config.webhookConcurrency,
    });
    webhook
      .usesTable(data.table, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'])
      .usesQueue('STATUS_REPORTS_QUEUE_URL', reports.queue)
      .allow(['kms:Decrypt'], [data.key.keyArn])
      .knows('KEY_ARN', data.key.keyArn);
    // Open to everybody, because the provider can't sign for AWS: what isn't signed by the provider is refused.
    this.webhookUrl = webhook.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;

    new Alarm(this, 'WebhookFails', {
      impact: 'STOPs and statuses are not taken; the provider repeats them for some seconds only.',
      metric: webhook.metricErrors({ period: Duration.minutes(1) }),
      threshold: 1,
      periods: 3,
      topic: data.alarms,
    });
    new Alarm(this, 'WebhookThrottled', {
      impact: 'STOPs wait or are lost: more webhooks come at once than are kept capacity for.',
      metric: webhook.metricThrottles({ period: Duration.minutes(1) }),
      threshold: 1,
      topic: data.alarms,
    });
    new CfnOutput(this, 'WebhookUrl', { value: this.webhookUrl });
  }
}
