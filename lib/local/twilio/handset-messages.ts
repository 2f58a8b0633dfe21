import { errorText } from './error-texts.ts';
import type { SimulatedMessage } from './message.ts';
import type { WebhookFailure } from './webhook-failure-store.ts';

/** A message as the handsets' page and its clients read it; times in ISO 8601. */
export function handsetMessage(message: SimulatedMessage, failures: WebhookFailure[] = []) {
  return {
    sid: message.sid,
    direction: message.direction,
    origin: message.origin,
    from: message.sender,
    to: message.recipient,
    body: message.body,
    segments: message.segments,
    status: message.status,
    errorCode: message.errorCode,
    error: errorText(message.errorCode),
    createdAt: new Date(message.createdAt).toISOString(),
    updatedAt: new Date(message.updatedAt).toISOString(),
    webhookFailures: failures.map((failure) => ({
      event: failure.event,
      httpStatus: failure.httpStatus,
      detail: failure.detail,
      at: new Date(failure.at).toISOString(),
    })),
  };
}
