import { createHash, randomUUID } from 'node:crypto';
import { type AwsCall, AwsError, jsonAnswer, type Need } from '../engine.ts';
import type { SqsEngine } from '../engines.ts';
import { nameOf } from '../principals.ts';
import * as inputs from './inputs.ts';
import { openJournal } from './journal.ts';
import type { Message } from './message.ts';
import { createQueue, type Queue, type Received } from './queue.ts';

/** Of a message, and of a batch: body and attributes. */
const largestBytes = 1024 * 1024;

/** Batches are authorized as their single actions. */
const permissions: Record<string, string> = {
  SendMessage: 'SendMessage',
  SendMessageBatch: 'SendMessage',
  ReceiveMessage: 'ReceiveMessage',
  DeleteMessage: 'DeleteMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibility: 'ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  GetQueueAttributes: 'GetQueueAttributes',
  GetQueueUrl: 'GetQueueUrl',
  PurgeQueue: 'PurgeQueue',
};

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

function sizeOf(entry: inputs.SendEntry): number {
  const attributes = entry.MessageAttributes ? JSON.stringify(entry.MessageAttributes) : '';
  return Buffer.byteLength(entry.MessageBody) + Buffer.byteLength(attributes);
}

function describe({ message, receiptHandle }: Received, system: readonly string[], named: readonly string[]) {
  const attributes: Record<string, string | undefined> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    MessageGroupId: message.group,
  };
  const wanted = Object.entries(attributes).filter(([name]) => system.includes('All') || system.includes(name));
  const matches = (name: string) =>
    named.some(
      (pattern) =>
        pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
    );
  const own = Object.entries(message.attributes ?? {}).filter(([name]) => matches(name));
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...(own.length > 0 && { MessageAttributes: Object.fromEntries(own) }),
  };
}

/** Standard queues, kept in a journal when there is a data folder. */
export function createSqs(options: {
  folder: string | null;
  region: string;
  account: string;
  visibilityCapSeconds?: number;
}): SqsEngine & { close(): void } {
  const queues = new Map<string, Queue>();
  const journal = openJournal(options.folder);
  const arnOf = (name: string) => `arn:aws:sqs:${options.region}:${options.account}:${name}`;
  const nameIn = (urlOrArn: string) =>
    urlOrArn.slice(Math.max(urlOrArn.lastIndexOf('/'), urlOrArn.lastIndexOf(':')) + 1);

  function find(urlOrArn: string): Queue {
    const queue = queues.get(nameIn(urlOrArn));
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  function put(queue: Queue, entry: inputs.SendEntry, sender: string) {
    const message: Message = {
      id: randomUUID(),
      body: entry.MessageBody,
      ...(entry.MessageAttributes && { attributes: entry.MessageAttributes }),
      ...(entry.MessageGroupId && { group: entry.MessageGroupId }),
      sender,
      sentAt: Date.now(),
      receives: 0,
    };
    journal.put(queue.definition.name, message);
    queue.put(message, entry.DelaySeconds ?? queue.definition.delaySeconds);
    return { MessageId: message.id, MD5OfMessageBody: md5(message.body) };
  }

  function toDeadLetters(queueArn: string, message: Message): boolean {
    const target = queues.get(nameIn(queueArn));
    if (!target) return false;
    // The time it was sent stays, so that retention in the dead-letter queue counts from then, as on AWS.
    const moved = { ...message, receives: 0 };
    journal.put(target.definition.name, moved);
    target.put(moved);
    return true;
  }

  function attributesOf({ definition, arn, depth }: Queue, names: readonly string[]): Record<string, string> {
    const { visible, inFlight, delayed } = depth();
    const all: Record<string, string> = {
      QueueArn: arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(definition.retentionSeconds),
      DelaySeconds: String(definition.delaySeconds),
      ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitSeconds),
      MaximumMessageSize: String(largestBytes),
    };
    const { redrive } = definition;
    if (redrive) {
      const policy = { deadLetterTargetArn: redrive.deadLetterQueueArn, maxReceiveCount: redrive.maxReceiveCount };
      all['RedrivePolicy'] = JSON.stringify(policy);
    }
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)));
  }

  function checkBatch(batch: readonly { Id: string }[], bytes = 0): void {
    if (new Set(batch.map(({ Id }) => Id)).size < batch.length) {
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    }
    if (bytes > largestBytes)
      throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${largestBytes} bytes.`);
  }

  async function receive(input: unknown, signal: AbortSignal) {
    const asked = inputs.parseInput(inputs.ReceiveMessage, input);
    const queue = find(asked.QueueUrl);
    const waitSeconds = asked.WaitTimeSeconds ?? queue.definition.receiveWaitSeconds;
    const received = await queue.receive(asked.MaxNumberOfMessages, waitSeconds, asked.VisibilityTimeout, signal);
    const system = [...asked.AttributeNames, ...asked.MessageSystemAttributeNames];
    return received.length > 0
      ? { Messages: received.map((one) => describe(one, system, asked.MessageAttributeNames)) }
      : {};
  }

  async function answer({ action, input, headers, principal, signal }: AwsCall): Promise<unknown> {
    switch (action) {
      case 'SendMessage': {
        const sent = inputs.parseInput(inputs.SendMessage, input);
        if (sizeOf(sent) > largestBytes) {
          throw new AwsError(
            'InvalidParameterValue',
            `One or more parameters are invalid. Reason: Message must be shorter than ${largestBytes} bytes.`,
          );
        }
        return put(find(sent.QueueUrl), sent, nameOf(principal));
      }
      case 'SendMessageBatch': {
        const { QueueUrl, Entries } = inputs.parseInput(inputs.SendMessageBatch, input);
        checkBatch(
          Entries,
          Entries.reduce((sum, entry) => sum + sizeOf(entry), 0),
        );
        const queue = find(QueueUrl);
        return {
          Successful: Entries.map((entry) => ({ Id: entry.Id, ...put(queue, entry, nameOf(principal)) })),
          Failed: [],
        };
      }
      case 'ReceiveMessage':
        return receive(input, signal);
      case 'DeleteMessage': {
        const { QueueUrl, ReceiptHandle } = inputs.parseInput(inputs.DeleteMessage, input);
        find(QueueUrl).remove(ReceiptHandle);
        return {};
      }
      case 'DeleteMessageBatch': {
        const { QueueUrl, Entries } = inputs.parseInput(inputs.DeleteMessageBatch, input);
        checkBatch(Entries);
        const queue = find(QueueUrl);
        for (const { ReceiptHandle } of Entries) queue.remove(ReceiptHandle);
        return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
      }
      case 'ChangeMessageVisibility': {
        const { QueueUrl, ReceiptHandle, VisibilityTimeout } = inputs.parseInput(inputs.ChangeMessageVisibility, input);
        if (!find(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout)) {
          throw new AwsError('MessageNotInflight', "The specified message isn't in flight.");
        }
        return {};
      }
      case 'ChangeMessageVisibilityBatch': {
        const { QueueUrl, Entries } = inputs.parseInput(inputs.ChangeMessageVisibilityBatch, input);
        checkBatch(Entries);
        const queue = find(QueueUrl);
        const done = Entries.map((entry) => ({
          Id: entry.Id,
          ok: queue.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout),
        }));
        return {
          Successful: done.filter(({ ok }) => ok).map(({ Id }) => ({ Id })),
          Failed: done.filter(({ ok }) => !ok).map(({ Id }) => ({ Id, Code: 'MessageNotInflight', SenderFault: true })),
        };
      }
      case 'GetQueueAttributes': {
        const { QueueUrl, AttributeNames } = inputs.parseInput(inputs.GetQueueAttributes, input);
        return { Attributes: attributesOf(find(QueueUrl), AttributeNames) };
      }
      case 'GetQueueUrl': {
        const { name } = find(inputs.parseInput(inputs.GetQueueUrl, input).QueueName).definition;
        // The SDK sends to the queue URL's own host: it must be the one it came by.
        return { QueueUrl: `http://${String(headers['host'])}/${options.account}/${name}` };
      }
      default:
        find(inputs.parseInput(inputs.OfQueue, input).QueueUrl).purge();
        return {};
    }
  }

  return {
    createQueue(definition) {
      const running = queues.get(definition.name);
      if (running) {
        Object.assign(running.definition, definition);
        return;
      }
      const arn = arnOf(definition.name);
      const queue = createQueue(
        { ...definition },
        {
          arn,
          visibilityCapSeconds: options.visibilityCapSeconds ?? Number.POSITIVE_INFINITY,
          toDeadLetters,
          onGone: (message) => journal.gone(message.id),
        },
      );
      queues.set(definition.name, queue);
      for (const message of journal.kept.get(definition.name) ?? []) queue.put(message);
    },
    send(queueArn, body) {
      put(find(queueArn), { MessageBody: body }, 'service');
    },
    depths: () => Object.fromEntries([...queues].map(([name, queue]) => [name, queue.depth()])),
    releaseAll() {
      for (const queue of queues.values()) queue.releaseAll();
    },
    needs({ action, input }): Need[] {
      const permission = permissions[action];
      if (!permission) return [];
      const name =
        action === 'GetQueueUrl'
          ? inputs.parseInput(inputs.GetQueueUrl, input).QueueName
          : nameIn(inputs.parseInput(inputs.OfQueue, input).QueueUrl);
      return [{ action: `sqs:${permission}`, resource: arnOf(name) }];
    },
    handle: async (call) => jsonAnswer(await answer(call)),
    close() {
      for (const queue of queues.values()) queue.close();
      journal.close();
    },
  };
}
