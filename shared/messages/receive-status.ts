import * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { deliveryStatusOf } from '../platform/sms/delivery-status.ts';
import type { Webhook } from '../platform/triggers/webhook-handler.ts';
import type { StatusReport } from './jobs.ts';
import { notSigned, type ProviderAccounts, requireSignature } from './provider-account.ts';
import { attemptOf } from './status-callback.ts';

export interface StatusServices {
  clock: Clock;
  accounts: ProviderAccounts;
  reports: WorkQueue<StatusReport>;
}

const Form = z.object({
  MessageSid: z.string().min(1).max(64),
  MessageStatus: z.string(),
  ErrorCode: z.coerce.number().int().optional(),
});

/** Said before the message leaves the provider: the `sent` that follows tells as much, for a third less work. */
const onItsWay = new Set(['accepted', 'scheduled', 'queued', 'sending']);

/**
 * Takes a status callback: believed only when signed with a token of the organization that its address names.
 * Recording is left to a queue, so that the provider is answered at once however much comes together.
 * @throws AppError INVALID_SIGNATURE
 */
export const receiveStatus = async ({ clock, accounts, reports }: StatusServices, webhook: Webhook): Promise<void> => {
  const attempt = attemptOf(webhook.query);
  if (!attempt) throw notSigned();
  await requireSignature(accounts, attempt.organizationId, webhook);
  const form = Form.safeParse(webhook.params);
  const status = form.success ? deliveryStatusOf(form.data.MessageStatus) : undefined;
  // A status that is new to us is no reason to have the provider send it again.
  if (!form.success || status === undefined || onItsWay.has(form.data.MessageStatus)) return;
  const report = {
    ...attempt,
    messageId: form.data.MessageSid,
    status,
    errorCode: form.data.ErrorCode ?? null,
    receivedAt: clock().toISOString(),
  };
  await reports.send(attempt.organizationId, [report]);
};
