import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const webhookFailure = z.object({
  messageSeq: z.int(),
  /** What the webhook told: 'inbound', or the status of a status callback. */
  event: z.string(),
  /** The status that it answered; null when it gave no answer. */
  httpStatus: z.int().nullable(),
  detail: z.string(),
  at: z.int(),
});

export type WebhookFailure = z.infer<typeof webhookFailure>;

/** Webhooks that were answered by something else than a 2xx. */
export interface WebhookFailureStore {
  add(failure: WebhookFailure): void;
  /** The failures of some messages, oldest first. */
  of(messageSeqs: number[]): WebhookFailure[];
}

/** Opens the failures of a database. */
export function webhookFailureStore(database: DatabaseSync): WebhookFailureStore {
  const insert = database.prepare(
    `INSERT INTO webhookFailures (messageSeq, event, httpStatus, detail, at)
     VALUES (:messageSeq, :event, :httpStatus, :detail, :at)`,
  );
  const select = database.prepare(
    `SELECT messageSeq, event, httpStatus, detail, at FROM webhookFailures
     WHERE messageSeq IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1000`,
  );
  return {
    add: (failure) => void insert.run(failure),
    of: (messageSeqs) => webhookFailure.array().parse(select.all(JSON.stringify(messageSeqs))),
  };
}
