import { expect, test } from 'vitest';
import { failedMessages, sqsEvent } from '../../../../lib/local/queues/sqs-event.ts';

const messages = [{ MessageId: 'a' }, { MessageId: 'b' }];
const failed = (answer: unknown) => [...failedMessages(answer, messages)];

test('a function that answers nothing, or an empty list, has done its batch', () => {
  for (const answer of [undefined, null, '', {}, { batchItemFailures: null }, { batchItemFailures: [] }])
    expect(failed(answer)).toEqual([]);
});

test('only the reported messages have failed', () => {
  expect(failed({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['b']);
});

test('an answer that Lambda cannot read fails the whole batch', () => {
  for (const answer of [
    'text',
    { batchItemFailures: 'a' },
    { batchItemFailures: [{ itemIdentifier: '' }] },
    { batchItemFailures: [{ itemIdentifier: 'x' }] },
  ])
    expect(failed(answer)).toEqual(['a', 'b']);
});

test('a record has the names of Lambda’s event', () => {
  const message = {
    MessageId: 'a',
    ReceiptHandle: 'r',
    Body: '{}',
    MD5OfBody: 'm',
    Attributes: { ApproximateReceiveCount: '1' },
    MessageAttributes: { kind: { DataType: 'String', StringValue: 's' } },
  };

  expect(sqsEvent([message], 'arn:aws:sqs:us-east-1:000000000000:q', 'us-east-1').Records).toEqual([
    {
      messageId: 'a',
      receiptHandle: 'r',
      body: '{}',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: { kind: { stringValue: 's', stringListValues: [], binaryListValues: [], dataType: 'String' } },
      md5OfBody: 'm',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
      awsRegion: 'us-east-1',
    },
  ]);
});
