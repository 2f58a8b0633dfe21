import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { log, logFailure } from '../log.ts';

/**
 * The Lambda handler of a work queue: each message is parsed and handled on its own; those that failed, and only
 * those, come back until the queue gives them to its dead-letter queue. Every message may come twice.
 */
export const queueHandler = <T>(schema: z.ZodType<T>, handle: (message: T) => Promise<void>) =>
  queueBatchHandler(schema, async (messages) => {
    const failed = new Set<T>();
    for (const message of messages)
      await handle(message).catch((error: unknown) => {
        logFailure('message failed', error);
        failed.add(message);
      });
    return failed;
  });

/** As `queueHandler`, for work that is cheaper together: `handle` answers the messages that failed. */
export const queueBatchHandler =
  <T>(schema: z.ZodType<T>, handle: (messages: readonly T[]) => Promise<ReadonlySet<T>>) =>
  async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const parsed = new Map<T, SQSRecord>();
    const failures: string[] = [];
    for (const record of event.Records) {
      try {
        parsed.set(schema.parse(JSON.parse(record.body)), record);
      } catch (error) {
        // A message that no retry can mend still goes its way to the dead-letter queue, where somebody sees it.
        logFailure('message refused', error, { messageId: record.messageId });
        failures.push(record.messageId);
      }
    }
    const messages = [...parsed.keys()];
    const failed = await handle(messages).catch((error: unknown) => {
      logFailure('message failed', error);
      return new Set(messages);
    });
    for (const message of failed) failures.push(parsed.get(message)?.messageId ?? '');
    log.info('batch', { messages: event.Records.length, failed: failures.length });
    return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
  };
