import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { Alarm } from '../constructs/alarm.ts';
import { AppFunction } from '../constructs/app-function.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';

/** What the SMS provider calls: people's texts, obeyed at once, and statuses, recorded through a queue. */
export class MessagingStack extends Stack {
  /** Address to which the provider reports statuses, with a slash at its end. */
  readonly statusUrl: string;

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

    // Two functions, each with capacity kept for it alone: a STOP never waits behind a campaign's statuses.
    const texts = this.webhook('messages/twilio.webhook', config.textConcurrency, config, data, reports.queue);
    texts.usesTable(data.table, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    const statuses = this.webhook('messages/status.webhook', config.statusConcurrency, config, data, reports.queue);
    statuses.usesTable(data.table, ['GetItem', 'BatchGetItem']);
    // Open to everybody, because the provider can't sign for AWS: what isn't signed by the provider is refused.
    const [webhookUrl, statusUrl] = [texts, statuses].map(
      (webhook) => webhook.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url,
    );
    if (!webhookUrl || !statusUrl) throw new Error('A webhook has no address');
    this.statusUrl = statusUrl;

    const alarm = (id: string, impact: string, metric: IMetric, periods: number) =>
      new Alarm(this, id, { impact, metric, periods, threshold: 1, topic: data.alarms });
    const period = Duration.minutes(1);
    const stopsLost = 'STOPs may be lost: the provider repeats a text for some seconds only.';
    alarm('WebhookFails', stopsLost, texts.metricErrors({ period }), 3);
    alarm('WebhookThrottled', stopsLost, texts.metricThrottles({ period }), 1);
    const statusesLost = 'Messages may stay "sent" though they were delivered; nobody is written to twice.';
    alarm('StatusesFail', statusesLost, statuses.metricErrors({ period }), 3);
    alarm('StatusesThrottled', statusesLost, statuses.metricThrottles({ period }), 1);
    new CfnOutput(this, 'WebhookUrl', { value: webhookUrl });
  }

  private webhook(file: string, reservedConcurrency: number, config: Config, { key }: DataStack, reports: IQueue) {
    return new AppFunction(this, file, { config, timeout: Duration.seconds(10), reservedConcurrency })
      .usesQueue('STATUS_REPORTS_QUEUE_URL', reports)
      .allow(['kms:Decrypt'], [key.keyArn])
      .knows('KEY_ARN', key.keyArn);
  }
}
