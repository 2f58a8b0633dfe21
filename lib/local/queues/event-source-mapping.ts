import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Runtime } from '../runtime.ts';
import { failedMessages, sqsEvent } from './sqs-event.ts';

export interface EventSourceMapping {
  /** For messages to people: `Stack/LogicalId`. */
  name: string;
  queueArn: string;
  functionArn: string;
  /** The function's own role: who polls, deletes and invokes. */
  roleArn: string;
  functionTimeoutSeconds: number;
  batchSize: number;
  windowSeconds: number;
  reportsFailures: boolean;
  maximumConcurrency: number;
}

// SQS hands out at most ten at once and lets a poll last at most 20 seconds.
const mostPerReceive = 10;
const longPollSeconds = 20;

/**
 * Polls the queue until the runtime stops and invokes the function with batches: one long poll while idle, up to
 * `maximumConcurrency` batches at once while there is work. Deletes what succeeded; what failed stays for the
 * queue's visibility timeout and redrive. Throws when the queue's visibility timeout is shorter than the function's.
 */
export async function startMapping(mapping: EventSourceMapping, runtime: Runtime): Promise<void> {
  const { name, queueArn, roleArn } = mapping;
  const credentials = runtime.credentialsOf(roleArn);
  const sqs = new SQSClient({ region: runtime.region, endpoint: runtime.gatewayUrl, credentials });
  const QueueUrl = `${runtime.gatewayUrl}/${runtime.account}/${queueArn.slice(queueArn.lastIndexOf(':') + 1)}`;
  await checkVisibility(sqs, QueueUrl, mapping);
  const report = (message: string, fields: Record<string, unknown> = {}) => {
    if (!runtime.stopping.aborted) runtime.log({ level: 'error', source: `mapping/${name}`, message, ...fields });
  };
  void poll(sqs, QueueUrl, mapping, runtime, report);
  // Nobody waits for the functions that are still at work: what they don't finish comes again at the next start.
  runtime.onStop(() => sqs.destroy());
}

type Report = (message: string, fields?: Record<string, unknown>) => void;

// AWS refuses such a mapping: messages would come again while the function still works on them.
async function checkVisibility(sqs: SQSClient, QueueUrl: string, mapping: EventSourceMapping): Promise<void> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] });
  const visibility = Number((await sqs.send(asked)).Attributes?.['VisibilityTimeout'] ?? 30);
  if (visibility < mapping.functionTimeoutSeconds)
    throw new Error(
      `Queue visibility timeout: ${visibility} seconds is less than function timeout: ${mapping.functionTimeoutSeconds} seconds`,
    );
}

async function poll(
  sqs: SQSClient,
  QueueUrl: string,
  mapping: EventSourceMapping,
  runtime: Runtime,
  report: Report,
): Promise<void> {
  const busy = new Set<Promise<void>>();
  let failures = 0;
  while (!runtime.stopping.aborted) {
    if (busy.size >= mapping.maximumConcurrency) {
      await Promise.race(busy);
      continue;
    }
    try {
      const batch = await collect(sqs, QueueUrl, mapping, runtime.stopping);
      failures = 0;
      if (batch.length === 0) continue;
      const work: Promise<void> = handle(batch, sqs, QueueUrl, mapping, runtime, report)
        .catch((error: unknown) => report('A batch could not be settled', { error: String(error) }))
        .finally(() => busy.delete(work));
      busy.add(work);
    } catch (error) {
      // An unreachable or forbidden queue must neither spin nor stay silent.
      report('The queue could not be polled', { error: String(error) });
      await delay(Math.min(1000 * 2 ** failures++, 30_000), undefined, { signal: runtime.stopping }).catch(() => {});
    }
  }
}

/** A batch: what one poll brings, or with a window, as much as comes until the window ends or the batch is full. */
async function collect(
  sqs: SQSClient,
  QueueUrl: string,
  { batchSize, windowSeconds }: EventSourceMapping,
  signal: AbortSignal,
): Promise<Message[]> {
  const receive = async (most: number, WaitTimeSeconds: number): Promise<Message[]> => {
    const asked = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(most, mostPerReceive),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (await sqs.send(asked, { abortSignal: signal })).Messages ?? [];
  };
  const batch = await receive(batchSize, longPollSeconds);
  const end = Date.now() + windowSeconds * 1000;
  while (batch.length > 0 && batch.length < batchSize && !signal.aborted) {
    const left = Math.floor((end - Date.now()) / 1000);
    const more = left < 0 || windowSeconds === 0 ? [] : await receive(batchSize - batch.length, left);
    batch.push(...more);
    if (more.length === 0) break;
  }
  return batch;
}

async function handle(
  batch: readonly Message[],
  sqs: SQSClient,
  QueueUrl: string,
  mapping: EventSourceMapping,
  runtime: Runtime,
  report: Report,
): Promise<void> {
  const { functionArn, queueArn, roleArn, reportsFailures } = mapping;
  const event = sqsEvent(batch, queueArn, runtime.region);
  const outcome = await runtime.invoke(functionArn, event, { kind: 'role', roleArn });
  if (!outcome.ok) {
    const { errorType, errorMessage } = outcome;
    report('The function failed: the batch stays on the queue', { errorType, errorMessage, messages: batch.length });
    return;
  }
  const failed = reportsFailures ? failedMessages(outcome.payload, batch) : new Set<string>();
  const done = batch.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (failed.size > 0) report('The function reported failures: they stay on the queue', { messages: [...failed] });
  for (let from = 0; from < done.length; from += mostPerReceive) {
    const Entries = done
      .slice(from, from + mostPerReceive)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) report('Messages could not be deleted', { failed: Failed.map(({ Message }) => Message) });
  }
}
