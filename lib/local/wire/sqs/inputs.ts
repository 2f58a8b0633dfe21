import { z } from 'zod';
import { AwsError } from '../engine.ts';
import { MessageAttributes } from './message.ts';

const QueueUrl = z.string();
const delay = z.number().int().min(0).max(900).optional();
const visibility = z.number().int().min(0).max(43_200);
const names = z.array(z.string()).default([]);

const SendEntry = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: delay,
  MessageAttributes: MessageAttributes.optional(),
  MessageGroupId: z.string().optional(),
});
export type SendEntry = z.infer<typeof SendEntry>;
const entries = <T extends z.ZodType>(entry: T) => z.array(entry).min(1).max(10);

export const OfQueue = z.object({ QueueUrl });
export const SendMessage = SendEntry.extend({ QueueUrl });
export const SendMessageBatch = z.object({ QueueUrl, Entries: entries(SendEntry.extend({ Id: z.string() })) });
export const ReceiveMessage = z.object({
  QueueUrl,
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: visibility.optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
export const DeleteMessage = z.object({ QueueUrl, ReceiptHandle: z.string() });
export const DeleteMessageBatch = z.object({
  QueueUrl,
  Entries: entries(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
});
export const ChangeMessageVisibility = z.object({ QueueUrl, ReceiptHandle: z.string(), VisibilityTimeout: visibility });
export const ChangeMessageVisibilityBatch = z.object({
  QueueUrl,
  Entries: entries(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: visibility.default(0) })),
});
export const GetQueueAttributes = z.object({ QueueUrl, AttributeNames: names });
export const GetQueueUrl = z.object({ QueueName: z.string() });

/** Parses the input of an action; throws SQS's error for a parameter that is missing or out of bounds. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const tooMany = parsed.error.issues.some((issue) => issue.code === 'too_big' && issue.path[0] === 'Entries');
  throw new AwsError(tooMany ? 'TooManyEntriesInBatchRequest' : 'InvalidParameterValue', z.prettifyError(parsed.error));
}
