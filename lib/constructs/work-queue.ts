import { Duration } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';

export interface WorkQueueProps {
  consumer: Function;
  /** Of the consumer: the queue's visibility follows from it. */
  timeout: Duration;
  /** Messages handed over at once. */
  batchSize: number;
  /** Waits this long to fill a batch. */
  batchingWindow?: Duration;
  /** Consumers at work at once. */
  maxConcurrency: number;
  /** Who or what suffers while a message stands in the dead-letter queue. */
  impact: string;
  topic: ITopic;
}

/** A message gets this many tries: fewer would give up healthy ones while Lambda throttles (AWS asks for 5). */
const tries = 5;

/** A queue with its dead-letter queue, its consumer and its alarm: none is made without the others. */
export class WorkQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    // Enqueue time is kept on the way to the dead-letter queue: 14 days less 4 leave 10 to look at it.
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      // Six times the consumer's timeout, as Lambda's guide asks: throttled retries must not meet their own message.
      visibilityTimeout: Duration.seconds(props.timeout.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: tries },
    });
    props.consumer.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: props.batchSize,
        ...(props.batchingWindow ? { maxBatchingWindow: props.batchingWindow } : {}),
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    new Alarm(this, 'DeadLettersAlarm', {
      impact: props.impact,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'max' }),
      threshold: 1,
      topic: props.topic,
    });
  }
}
