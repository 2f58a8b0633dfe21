import { randomUUID } from 'node:crypto';
import { AwsError, jsonAnswer, type Need } from '../engine.ts';
import type { SqsEngine } from '../engines.ts';
import { actions, type Queues } from './actions.ts';
import { md5 } from './describe.ts';
import * as inputs from './inputs.ts';
import { openJournal } from './journal.ts';
import type { Message } from './message.ts';
import { createQueue, type Queue } from './queue.ts';

/** The last part of a queue URL or ARN. */
const nameIn = (urlOrArn: string) => urlOrArn.slice(Math.max(urlOrArn.lastIndexOf('/'), urlOrArn.lastIndexOf(':')) + 1);

/** Standard queues, kept in a journal when there is a data folder. */
export function createSqs(options: {
  folder: string | null;
  region: string;
  account: string;
  visibilityCapSeconds?: number | undefined;
}): SqsEngine & { close(): void } {
  const byName = new Map<string, Queue>();
  const journal = openJournal(options.folder);
  const arnOf = (name: string) => `arn:aws:sqs:${options.region}:${options.account}:${name}`;

  function find(urlOrName: string): Queue {
    const queue = byName.get(nameIn(urlOrName));
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
    const target = byName.get(nameIn(queueArn));
    if (!target) return false;
    // The time it was sent stays, so that retention in the dead-letter queue counts from then, as on AWS.
    const moved = { ...message, receives: 0 };
    journal.put(target.definition.name, moved);
    target.put(moved);
    return true;
  }

  const queues: Queues = { find, put, account: options.account };
  return {
    createQueue(definition) {
      const running = byName.get(definition.name);
      if (running) {
        Object.assign(running.definition, definition);
        return;
      }
      const queue = createQueue(
        { ...definition },
        {
          arn: arnOf(definition.name),
          visibilityCapSeconds: options.visibilityCapSeconds ?? Number.POSITIVE_INFINITY,
          toDeadLetters,
          onGone: (message) => journal.gone(message.id),
        },
      );
      byName.set(definition.name, queue);
      for (const message of journal.kept.get(definition.name) ?? []) queue.put(message);
    },
    send(queueArn, body) {
      put(find(queueArn), { MessageBody: body }, 'service');
    },
    depths: () => Object.fromEntries([...byName].map(([name, queue]) => [name, queue.depth()])),
    releaseAll() {
      for (const queue of byName.values()) queue.releaseAll();
    },
    needs({ action, input }): Need[] {
      const known = actions[action];
      if (!known) return [];
      const named = action === 'GetQueueUrl';
      const name = named
        ? inputs.parseInput(inputs.GetQueueUrl, input).QueueName
        : nameIn(inputs.parseInput(inputs.OfQueue, input).QueueUrl);
      return [{ action: known.permission, resource: arnOf(name) }];
    },
    async handle(call) {
      return jsonAnswer(await actions[call.action]?.run(call, queues));
    },
    close() {
      for (const queue of byName.values()) queue.close();
      journal.close();
    },
  };
}
