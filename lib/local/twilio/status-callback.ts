import type { AccountStore } from './account-store.ts';
import { errorText } from './error-texts.ts';
import type { SimulatedMessage } from './message.ts';
import { newWebhookToken, postWebhook } from './webhook-client.ts';
import type { WebhookFailureStore } from './webhook-failure-store.ts';
import { createWorkPool } from './work-pool.ts';

/** Callbacks in flight: enough to keep several workers busy, few enough that 50,000 messages don't open 50,000 sockets. */
export const callbacksInFlight = 32;

/** Tells a message's StatusCallback its status. `times` > 1: the very same webhook again, as a lost answer brings about. */
export type PostStatus = (message: SimulatedMessage, times?: number) => Promise<void>;

/** Makes the poster of status callbacks; what is not answered by 2xx is recorded. */
export function statusPoster(options: {
  accounts: AccountStore;
  failures: WebhookFailureStore;
  stopping: AbortSignal;
}): PostStatus {
  const pool = createWorkPool(callbacksInFlight);
  return async (message, times = 1) => {
    const { statusCallback: url } = message;
    const authToken = options.accounts.tokenOf(message.accountSid);
    if (url === null || authToken === null) return;
    const webhook = { url, params: statusParams(message), authToken, token: newWebhookToken() };
    for (let time = 0; time < times; time += 1) {
      if (options.stopping.aborted) return;
      const answer = await pool.run(() => postWebhook(webhook, options.stopping));
      if (answer.ok || options.stopping.aborted) continue;
      const { status: httpStatus, detail } = answer;
      options.failures.add({ messageSeq: message.seq, event: message.status, httpStatus, detail, at: Date.now() });
    }
  };
}

/** The parameters of a status callback. */
export function statusParams(message: SimulatedMessage): Record<string, string> {
  const params: Record<string, string> = {
    MessageSid: message.sid,
    SmsSid: message.sid,
    MessageStatus: message.status,
    SmsStatus: message.status,
    AccountSid: message.accountSid,
    From: message.sender ?? '',
    To: message.recipient,
    ApiVersion: '2010-04-01',
  };
  if (message.serviceSid !== null) params.MessagingServiceSid = message.serviceSid;
  if (message.errorCode !== null) {
    params.ErrorCode = String(message.errorCode);
    params.ErrorMessage = errorText(message.errorCode) ?? '';
  }
  if (message.status === 'delivered' || message.status === 'undelivered') {
    const digits = new Date(message.updatedAt).toISOString().replace(/\D/g, '');
    params.RawDlrDoneDate = digits.slice(2, 12);
  }
  return params;
}
