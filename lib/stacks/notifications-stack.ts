import { CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { AppFunction } from '../constructs/app-function.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { DataStack } from './data-stack.ts';

/** What the product says to its own users: codes, invitations, notices; by e-mail, or by an organization's provider. */
export class NotificationsStack extends Stack {
  readonly queue: IQueue;

  constructor(scope: Construct, config: Config, data: DataStack) {
    super(scope, 'Notifications', { stackName: `${config.name}-notifications` });
    const sender = new CfnParameter(this, 'EmailSender', {
      description: 'Address that e-mail comes from: an identity that was verified in SES, or of a domain that was',
      default: 'heliograph@example.com',
      allowedPattern: '[^@ ]+@[^@ ]+',
    }).valueAsString;
    const timeout = Duration.seconds(30);
    const deliver = new AppFunction(this, 'notifications/deliver.queue', { config, timeout });
    deliver
      .usesTable(data.table, ['GetItem', 'BatchGetItem'])
      .allow(['kms:Decrypt'], [data.key.keyArn])
      .knows('KEY_ARN', data.key.keyArn)
      .knows('PROVIDER_BASE_URL', data.providerBaseUrl)
      .knows('PROVIDER_TIMEOUT_SECONDS', String(config.providerTimeoutSeconds))
      .knows('EMAIL_SENDER', sender);
    const identity = (resourceName: string) => this.formatArn({ service: 'ses', resource: 'identity', resourceName });
    deliver.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        // SES asks for the identity that was verified: the address, or its domain.
        resources: [identity(sender), identity(Fn.select(1, Fn.split('@', sender)))],
        conditions: { StringEquals: { 'ses:FromAddress': sender } },
      }),
    );
    this.queue = new WorkQueue(this, 'Notifications', {
      consumer: deliver,
      timeout,
      batchSize: 5,
      maxConcurrency: 5,
      impact: 'Codes and invitations do not arrive: people can’t sign in with a second step, or join.',
      topic: data.alarms,
    }).queue;
  }
}
