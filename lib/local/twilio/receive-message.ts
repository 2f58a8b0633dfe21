import type { AccountStore } from './account-store.ts';
import { type Keyword, keywordAnswers, keywordOf } from './keywords.ts';
import { newMessageSid, type SimulatedMessage, segmentsOf } from './message.ts';
import type { MessageStore, NewMessage } from './message-store.ts';
import { parseTwiml } from './twiml.ts';
import { newWebhookToken, postWebhook, type WebhookAnswer } from './webhook-client.ts';
import type { WebhookFailureStore } from './webhook-failure-store.ts';

/** What a person's reply led to. */
export interface Received {
  message: SimulatedMessage;
  /** What the provider did by itself; null when the body was no keyword or keywords are off. */
  keyword: Keyword | null;
  /** How the inbound webhook was answered; null when none was called. */
  webhook: WebhookAnswer | null;
  /** Messages that came back: the provider's keyword answer, then those of the TwiML. */
  answers: SimulatedMessage[];
}

/** Takes a reply from a phone to one of our numbers. Throws a RangeError when nobody owns that number. */
export type Receive = (reply: { from: string; to: string; body: string }) => Promise<Received>;

export interface Receiving {
  messages: MessageStore;
  accounts: AccountStore;
  failures: WebhookFailureStore;
  inboundUrl: () => string | null;
  blockStops: () => boolean;
  onMessage: (message: SimulatedMessage) => void;
  stopping: AbortSignal;
}

export function receiver(options: Receiving): Receive {
  return async ({ from, to, body }) => {
    const owner = options.accounts.ownerOf(to);
    if (owner === null) throw new RangeError(`${to} is not a number that any account sends from`);
    const ours = { ...owner, number: to, person: from };
    const message = insert(options, { ...written(ours, body), direction: 'inbound', origin: 'person' });
    const answers: SimulatedMessage[] = [];
    const keyword = options.blockStops() ? keywordOf(body) : null;
    // As at Twilio, the block stands before the webhook is told.
    if (keyword !== null && obey(options.accounts, keyword, ours)) {
      answers.push(insert(options, { ...written(ours, keywordAnswers[keyword]), ...reply(ours), origin: 'keyword' }));
    }
    const webhook = await tell(options, message);
    for (const twiml of (webhook?.ok ? parseTwiml(webhook.body) : null) ?? []) {
      const person = twiml.to ?? from;
      const blocked = options.accounts.isBlocked(ours.serviceSid ?? to, person);
      const refused = blocked ? ({ status: 'failed', errorCode: 21610, dueAt: null } as const) : {};
      const answer = { ...written({ ...ours, person }, twiml.body), ...reply({ ...ours, person }), ...refused };
      answers.push(insert(options, { ...answer, origin: 'twiml' }));
    }
    return { message, keyword, webhook, answers };
  };
}

interface Ours {
  accountSid: string;
  serviceSid: string | null;
  number: string;
  person: string;
}

/** Blocks or lifts; true when the keyword is answered: a second STOP isn't, nor HELP of somebody who is blocked. */
function obey(accounts: AccountStore, keyword: Keyword, ours: Ours): boolean {
  const scope = ours.serviceSid ?? ours.number;
  const blocked = accounts.isBlocked(scope, ours.person);
  if (keyword === 'stop') accounts.block(scope, ours.person);
  if (keyword === 'start') accounts.unblock(scope, ours.person);
  return keyword === 'start' ? blocked : !blocked;
}

/** An inbound message; `reply` turns it round. */
function written(ours: Ours, body: string): Omit<NewMessage, 'direction' | 'origin'> {
  const now = Date.now();
  return {
    sid: newMessageSid(),
    accountSid: ours.accountSid,
    sender: ours.person,
    recipient: ours.number,
    person: ours.person,
    body,
    segments: segmentsOf(body),
    media: 0,
    serviceSid: ours.serviceSid,
    statusCallback: null,
    status: 'received',
    errorCode: null,
    outcome: 'received',
    outcomeError: null,
    callbacks: null,
    createdAt: now,
    updatedAt: now,
    sentAt: now,
    dueAt: null,
  };
}

function reply(ours: Ours) {
  const direction = 'outbound-reply' as const;
  const status = 'queued' as const;
  const outcome = 'delivered' as const;
  return { direction, status, outcome, sender: ours.number, recipient: ours.person, sentAt: null, dueAt: Date.now() };
}

function insert(options: Receiving, message: NewMessage): SimulatedMessage {
  const inserted = options.messages.insert(message);
  options.onMessage(inserted);
  return inserted;
}

async function tell(options: Receiving, message: SimulatedMessage): Promise<WebhookAnswer | null> {
  const url = options.inboundUrl();
  const authToken = options.accounts.tokenOf(message.accountSid);
  if (url === null || authToken === null) return null;
  const webhook = { url, params: inboundParams(message), authToken, token: newWebhookToken() };
  const answer = await postWebhook(webhook, options.stopping);
  const wrong = answer.ok && parseTwiml(answer.body) === null ? 'webhook answered something that is not TwiML' : null;
  if ((!answer.ok || wrong) && !options.stopping.aborted) {
    const { status: httpStatus, detail } = answer;
    const failure = { messageSeq: message.seq, event: 'inbound', httpStatus, detail: wrong ?? detail, at: Date.now() };
    options.failures.add(failure);
    options.onMessage(message);
  }
  return answer;
}

/** The parameters of an inbound webhook. */
function inboundParams(message: SimulatedMessage): Record<string, string> {
  return {
    ToCountry: 'US',
    ToState: '',
    ToCity: '',
    ToZip: '',
    FromCountry: 'US',
    FromState: '',
    FromCity: '',
    FromZip: '',
    SmsMessageSid: message.sid,
    MessageSid: message.sid,
    SmsSid: message.sid,
    SmsStatus: 'received',
    AccountSid: message.accountSid,
    ...(message.serviceSid === null ? {} : { MessagingServiceSid: message.serviceSid }),
    From: message.sender ?? '',
    To: message.recipient,
    Body: message.body,
    NumMedia: '0',
    NumSegments: String(message.segments),
    ApiVersion: '2010-04-01',
  };
}
