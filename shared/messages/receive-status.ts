import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { deliveryStatusOf } from '../platform/sms/delivery-status.ts';
import { isSignedByTwilio } from '../platform/sms/twilio-signature.ts';
import type { Webhook } from '../platform/triggers/webhook-handler.ts';
import type { StatusReport } from './jobs.ts';
import type { ProviderAccounts } from './provider-account.ts';
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

/**
 * Takes a status callback: believed only when signed with a token of the organization that its address names.
 * Recording is left to a queue, so that the provider is answered at once however much comes together.
 * @throws AppError INVALID_SIGNATURE
 */
export const receiveStatus = async ({ clock, accounts, reports }: StatusServices, webhook: Webhook): Promise<void> => {
  const attempt = attemptOf(webhook.query);
  const account = attempt && (await accounts(attempt.organizationId));
  if (!account || !isSignedByTwilio(account.authTokens, webhook))
    throw new AppError('INVALID_SIGNATURE', 'Not signed by the provider');
  const form = Form.safeParse(webhook.params);
  const status = form.success ? deliveryStatusOf(form.data.MessageStatus) : undefined;
  // A status that is new to us is no reason to have the provider send it again.
  if (!form.success || status === undefined) return;
  const report = {
    ...attempt,
    messageId: form.data.MessageSid,
    status,
    errorCode: form.data.ErrorCode ?? null,
    receivedAt: clock().toISOString(),
  };
  await reports.send(attempt.organizationId, [report]);
};
