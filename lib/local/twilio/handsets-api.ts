import { z } from 'zod';
import type { AccountStore } from './account-store.ts';
import type { Changes } from './changes.ts';
import { isPhoneNumber } from './create-message.ts';
import { handsetMessage } from './handset-messages.ts';
import type { Exchange, Route } from './http-exchange.ts';
import { magicEndings, magicRecipients, magicSenders } from './magic-numbers.ts';
import type { MessageStore } from './message-store.ts';
import type { PhoneStore } from './phone-store.ts';
import { readJson } from './read-json.ts';
import type { Receive } from './receive-message.ts';
import type { WebhookFailureStore } from './webhook-failure-store.ts';

export interface HandsetsApi {
  messages: MessageStore;
  phones: PhoneStore;
  accounts: AccountStore;
  failures: WebhookFailureStore;
  receive: Receive;
  changes: Changes;
}

const replyBody = z.strictObject({
  body: z.string().max(1600),
  /** Our number; without it, the one of the newest message. */
  to: z.string().optional(),
});

const ofPhone = String.raw`^\/handsets\/phones\/(?<phone>[^/]+)`;

/** The JSON behind the handsets' page; the demo and tests use it too. */
export function handsetsApiRoutes(api: HandsetsApi): Route[] {
  return [
    { method: 'GET', path: /^\/handsets\/phones$/, handle: (exchange) => listPhones(api, exchange) },
    {
      method: 'GET',
      path: new RegExp(String.raw`${ofPhone}\/messages$`),
      handle: (exchange, { phone = '' }) => showThread(api, exchange, phone),
    },
    {
      method: 'POST',
      path: new RegExp(String.raw`${ofPhone}\/replies$`),
      handle: (exchange, { phone = '' }) => reply(api, exchange, phone),
    },
    { method: 'GET', path: /^\/handsets\/events$/, handle: (exchange) => streamChanges(api, exchange) },
    {
      method: 'GET',
      path: /^\/handsets\/test-numbers$/,
      handle: (exchange) =>
        exchange.json(200, { endings: magicEndings, recipients: magicRecipients, senders: magicSenders }),
    },
  ];
}

function listPhones(api: HandsetsApi, exchange: Exchange): void {
  const limit = Math.min(Math.max(Number(exchange.query.get('limit')) || 50, 1), 500);
  const before = Number(exchange.query.get('before')) || null;
  const found = api.phones.list((exchange.query.get('search') ?? '').trim(), before, limit + 1);
  const phones = found.slice(0, limit).map((phone) => ({
    number: phone.number,
    messages: phone.messages,
    blocked: phone.blocked,
    last: {
      body: phone.body,
      direction: phone.direction,
      status: phone.status,
      createdAt: new Date(phone.createdAt).toISOString(),
    },
  }));
  const next = found.length > limit ? (found[limit - 1]?.lastSeq ?? null) : null;
  exchange.json(200, { phones, next, totals: api.phones.totals() });
}

function showThread(api: HandsetsApi, exchange: Exchange, phone: string): void {
  const limit = Math.min(Math.max(Number(exchange.query.get('limit')) || 100, 1), 1000);
  const before = Number(exchange.query.get('before')) || undefined;
  const found = api.messages.list({ person: phone, before }, limit + 1);
  const shown = found.slice(0, limit);
  const failures = api.failures.of(shown.map((message) => message.seq));
  const messages = shown.toReversed().map((message) =>
    handsetMessage(
      message,
      failures.filter((failure) => failure.messageSeq === message.seq),
    ),
  );
  const earlier = found.length > limit ? (shown.at(-1)?.seq ?? null) : null;
  exchange.json(200, { number: phone, messages, earlier, blockedSenders: api.accounts.scopesBlockedBy(phone) });
}

async function reply(api: HandsetsApi, exchange: Exchange, phone: string): Promise<void> {
  const { body, to } = await readJson(exchange, replyBody);
  if (!isPhoneNumber(phone)) return exchange.json(400, { error: `${phone} is not a phone number in E.164 form` });
  const number = to ?? numberToAnswer(api.messages, phone);
  if (number === null) return exchange.json(409, { error: `${phone} got no message yet: name the number in "to"` });
  const { message, keyword, webhook, answers } = await api.receive({ from: phone, to: number, body });
  exchange.json(201, {
    message: handsetMessage(message),
    keyword,
    webhook: webhook && { ok: webhook.ok, status: webhook.status, detail: webhook.detail, attempts: webhook.attempts },
    answers: answers.map((answer) => handsetMessage(answer)),
  });
}

/** Our number in the newest message of a phone. */
export function numberToAnswer(messages: MessageStore, phone: string): string | null {
  const [newest] = messages.list({ person: phone }, 1);
  if (!newest) return null;
  return newest.direction === 'inbound' ? newest.recipient : newest.sender;
}

/** Server-sent events: `change` with the phones that changed. */
function streamChanges(api: HandsetsApi, exchange: Exchange): void {
  const { response } = exchange.raw;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 2000\n\n');
  const end = api.changes.listen((change) => response.write(`event: change\ndata: ${JSON.stringify(change)}\n\n`));
  response.once('close', end);
}
