import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { z } from 'zod';

/** The event that Lambda hands a function for messages of a queue. */
export function sqsEvent(messages: readonly Message[], queueArn: string, region: string) {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId ?? '',
      receiptHandle: message.ReceiptHandle ?? '',
      body: message.Body ?? '',
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
      ),
      md5OfBody: message.MD5OfBody ?? '',
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

function attributeOf({ DataType, StringValue, BinaryValue }: MessageAttributeValue) {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType ?? '',
  };
}

const Response = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * The messages that a function reports as failed (ReportBatchItemFailures). As Lambda reads it: nothing or an empty
 * list is success; an answer of another shape, or an identifier that no message has, fails the whole batch.
 */
export function failedMessages(answer: unknown, messages: readonly Message[]): ReadonlySet<string> {
  const all = messages.map(({ MessageId }) => MessageId ?? '');
  if (answer === null || answer === undefined || answer === '') return new Set();
  const parsed = Response.safeParse(answer);
  if (!parsed.success) return new Set(all);
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return new Set(failed.every((id) => all.includes(id)) ? failed : all);
}
