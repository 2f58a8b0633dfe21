import { createHash } from 'node:crypto';
import type { Queue, Received } from './queue.ts';

/** Of a message, and of a batch: body and attributes. */
export const largestBytes = 1024 * 1024;

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** `All`, an exact name, or a prefix with `.*`. */
function isNamed(name: string, patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) =>
      pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
  );
}

function pick<T>(members: Readonly<Record<string, T>>, patterns: readonly string[]): Record<string, T> | undefined {
  const named = Object.entries(members).filter(([name]) => isNamed(name, patterns));
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}

/** A received message as SQS answers it, with the attributes that were asked for. */
export function describeMessage(
  { message, receiptHandle }: Received,
  system: readonly string[],
  own: readonly string[],
): Record<string, unknown> {
  const attributes: Record<string, string> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.group && { MessageGroupId: message.group }),
  };
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    Attributes: pick(attributes, system),
    MessageAttributes: pick(message.attributes ?? {}, own),
  };
}

/** Those attributes of a queue that were asked for. */
export function describeQueue(queue: Queue, names: readonly string[]): Record<string, string> {
  const { definition } = queue;
  const { visible, inFlight, delayed } = queue.depth();
  const { redrive } = definition;
  const attributes: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitSeconds),
    MaximumMessageSize: String(largestBytes),
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterQueueArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
  return pick(attributes, names) ?? {};
}
