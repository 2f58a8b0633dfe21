import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { OrganizationId } from './organization-id.ts';
import { chunksOf } from './table/retry.ts';

/** A work queue as its senders see it. */
export interface WorkQueue<T> {
  /** Sends every message, or throws. A message may arrive more than once, and in any order. */
  send(organizationId: OrganizationId, messages: readonly T[]): Promise<void>;
}

/** A request that SQS answers with failed entries is repeated for those, this often. */
const mostAttempts = 4;

/** The group of a message is its organization: a fair queue then keeps one's backlog from delaying another's work. */
export const openQueue = <T>(client: SQSClient, QueueUrl: string): WorkQueue<T> => ({
  send: async (organizationId, messages) => {
    for (const chunk of chunksOf(messages, 10)) {
      let pending = chunk.map((message, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
        MessageGroupId: organizationId,
      }));
      for (let attempt = 0; pending.length > 0; attempt += 1) {
        if (attempt === mostAttempts) throw new Error(`SQS refused ${pending.length} messages ${mostAttempts} times`);
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: pending }));
        const failed = new Set(Failed.map(({ Id }) => Id));
        pending = pending.filter(({ Id }) => failed.has(Id));
      }
    }
  },
});
