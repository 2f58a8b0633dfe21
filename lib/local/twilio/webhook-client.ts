import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { connectionOverrides } from './connection-overrides.ts';

/** One webhook, whatever its attempts: `token` is the same on each. */
export interface Webhook {
  /** May carry connection overrides in its fragment. */
  url: string;
  params: Record<string, string>;
  authToken: string;
  token: string;
}

/** How the last attempt was answered: `status` is null when there was no answer. */
export interface WebhookAnswer {
  ok: boolean;
  status: number | null;
  /** In words, for people: "webhook answered 403". */
  detail: string;
  body: string;
  attempts: number;
}

export function newWebhookToken(): string {
  return randomUUID();
}

/** Posts a signed webhook and repeats it as its URL's fragment asks. Never throws: no answer is an outcome too. */
export async function postWebhook(webhook: Webhook, stopping: AbortSignal): Promise<WebhookAnswer> {
  const overrides = connectionOverrides(webhook.url);
  const giveUpAt = performance.now() + overrides.totalTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const patience = Math.max(1, Math.ceil(Math.min(overrides.readTimeoutMs, giveUpAt - performance.now())));
    const { failure, ...answer } = await post(webhook, overrides.url, patience, stopping);
    const repeated =
      failure !== null &&
      attempt <= overrides.retries &&
      (overrides.retryOn.has('all') || overrides.retryOn.has(failure)) &&
      performance.now() + 100 * attempt < giveUpAt &&
      !stopping.aborted;
    if (!repeated) return { ...answer, attempts: attempt };
    await sleep(100 * attempt, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function post(webhook: Webhook, url: string, timeoutMs: number, stopping: AbortSignal) {
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  // Not AbortSignal.timeout: 150,000 callbacks would leave as many timers behind, each for 15 seconds.
  const timer = setTimeout(giveUp, timeoutMs);
  stopping.addEventListener('abort', giveUp);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        Accept: '*/*',
        'User-Agent': 'TwilioProxy/1.1',
        'X-Twilio-Signature': getExpectedTwilioSignature(webhook.authToken, url, webhook.params),
        'I-Twilio-Idempotency-Token': webhook.token,
      },
      body: new URLSearchParams(webhook.params).toString(),
      redirect: 'manual',
      signal: abort.signal,
    });
    const body = await response.text();
    const { ok, status } = response;
    return { ok, status, detail: `webhook answered ${status}`, body, failure: failureOf(status) };
  } catch (error) {
    const late = abort.signal.aborted;
    const detail = late ? 'webhook did not answer in time' : `webhook unreachable: ${reasonOf(error)}`;
    return { ok: false, status: null, detail, body: '', failure: late ? 'rt' : 'ct' };
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', giveUp);
  }
}

/** The class of an answer in the words of the `rp` override, null when it is none to repeat. */
function failureOf(status: number): string | null {
  if (status >= 500) return '5xx';
  return status >= 400 ? '4xx' : null;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}
