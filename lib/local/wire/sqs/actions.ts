import { type AwsCall, AwsError } from '../engine.ts';
import { nameOf } from '../principals.ts';
import { describeMessage, describeQueue, largestBytes } from './describe.ts';
import * as inputs from './inputs.ts';
import type { Queue } from './queue.ts';

/** What the actions work on. */
export interface Queues {
  /** Throws QueueDoesNotExist. */
  find: (urlOrName: string) => Queue;
  put: (queue: Queue, entry: inputs.SendEntry, sender: string) => { MessageId: string; MD5OfMessageBody: string };
  account: string;
}

type Action = (call: AwsCall, queues: Queues) => unknown;

function sizeOf(entry: inputs.SendEntry): number {
  const attributes = entry.MessageAttributes ? JSON.stringify(entry.MessageAttributes) : '';
  return Buffer.byteLength(entry.MessageBody) + Buffer.byteLength(attributes);
}

function checkIds(batch: readonly { Id: string }[]): void {
  if (new Set(batch.map(({ Id }) => Id)).size < batch.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}

const sendMessage: Action = ({ input, principal }, { find, put }) => {
  const sent = inputs.parseInput(inputs.SendMessage, input);
  if (sizeOf(sent) > largestBytes) {
    const message = `One or more parameters are invalid. Reason: Message must be shorter than ${largestBytes} bytes.`;
    throw new AwsError('InvalidParameterValue', message);
  }
  return put(find(sent.QueueUrl), sent, nameOf(principal));
};

const sendMessageBatch: Action = ({ input, principal }, { find, put }) => {
  const { QueueUrl, Entries } = inputs.parseInput(inputs.SendMessageBatch, input);
  checkIds(Entries);
  if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > largestBytes) {
    throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${largestBytes} bytes.`);
  }
  const queue = find(QueueUrl);
  const sender = nameOf(principal);
  return { Successful: Entries.map((entry) => ({ Id: entry.Id, ...put(queue, entry, sender) })), Failed: [] };
};

const receiveMessage: Action = async ({ input, signal }, { find }) => {
  const asked = inputs.parseInput(inputs.ReceiveMessage, input);
  const queue = find(asked.QueueUrl);
  const waitSeconds = asked.WaitTimeSeconds ?? queue.definition.receiveWaitSeconds;
  const received = await queue.receive(asked.MaxNumberOfMessages, waitSeconds, asked.VisibilityTimeout, signal);
  const system = [...asked.AttributeNames, ...asked.MessageSystemAttributeNames];
  const messages = received.map((one) => describeMessage(one, system, asked.MessageAttributeNames));
  return messages.length > 0 ? { Messages: messages } : {};
};

const deleteMessage: Action = ({ input }, { find }) => {
  const { QueueUrl, ReceiptHandle } = inputs.parseInput(inputs.DeleteMessage, input);
  find(QueueUrl).remove(ReceiptHandle);
  return {};
};

const deleteMessageBatch: Action = ({ input }, { find }) => {
  const { QueueUrl, Entries } = inputs.parseInput(inputs.DeleteMessageBatch, input);
  checkIds(Entries);
  const queue = find(QueueUrl);
  for (const { ReceiptHandle } of Entries) queue.remove(ReceiptHandle);
  return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
};

const changeMessageVisibility: Action = ({ input }, { find }) => {
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = inputs.parseInput(inputs.ChangeMessageVisibility, input);
  if (!find(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout)) {
    throw new AwsError('MessageNotInflight', "The specified message isn't in flight.");
  }
  return {};
};

const changeMessageVisibilityBatch: Action = ({ input }, { find }) => {
  const { QueueUrl, Entries } = inputs.parseInput(inputs.ChangeMessageVisibilityBatch, input);
  checkIds(Entries);
  const queue = find(QueueUrl);
  const done = Entries.map(({ Id, ReceiptHandle, VisibilityTimeout }) => ({
    Id,
    changed: queue.changeVisibility(ReceiptHandle, VisibilityTimeout),
  }));
  const failed = done.filter(({ changed }) => !changed);
  return {
    Successful: done.filter(({ changed }) => changed).map(({ Id }) => ({ Id })),
    Failed: failed.map(({ Id }) => ({ Id, Code: 'MessageNotInflight', SenderFault: true })),
  };
};

const getQueueAttributes: Action = ({ input }, { find }) => {
  const { QueueUrl, AttributeNames } = inputs.parseInput(inputs.GetQueueAttributes, input);
  return { Attributes: describeQueue(find(QueueUrl), AttributeNames) };
};

const getQueueUrl: Action = ({ input, headers }, { find, account }) => {
  const { name } = find(inputs.parseInput(inputs.GetQueueUrl, input).QueueName).definition;
  // The SDK sends to the queue URL's own host: it must be the one it came by.
  return { QueueUrl: `http://${String(headers['host'])}/${account}/${name}` };
};

const purgeQueue: Action = ({ input }, { find }) => {
  find(inputs.parseInput(inputs.OfQueue, input).QueueUrl).purge();
  return {};
};

/** Each operation, and the permission that it needs: batches are authorized as their single actions. */
export const actions: Readonly<Record<string, { permission: string; run: Action } | undefined>> = {
  SendMessage: { permission: 'sqs:SendMessage', run: sendMessage },
  SendMessageBatch: { permission: 'sqs:SendMessage', run: sendMessageBatch },
  ReceiveMessage: { permission: 'sqs:ReceiveMessage', run: receiveMessage },
  DeleteMessage: { permission: 'sqs:DeleteMessage', run: deleteMessage },
  DeleteMessageBatch: { permission: 'sqs:DeleteMessage', run: deleteMessageBatch },
  ChangeMessageVisibility: { permission: 'sqs:ChangeMessageVisibility', run: changeMessageVisibility },
  ChangeMessageVisibilityBatch: { permission: 'sqs:ChangeMessageVisibility', run: changeMessageVisibilityBatch },
  GetQueueAttributes: { permission: 'sqs:GetQueueAttributes', run: getQueueAttributes },
  GetQueueUrl: { permission: 'sqs:GetQueueUrl', run: getQueueUrl },
  PurgeQueue: { permission: 'sqs:PurgeQueue', run: purgeQueue },
};
