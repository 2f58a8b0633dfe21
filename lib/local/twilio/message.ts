import { randomBytes } from 'node:crypto';
import { SegmentedMessage } from 'sms-segments-calculator';
import { z } from 'zod';

/** A message as the simulator keeps it; times in milliseconds since 1970. */
export const simulatedMessage = z.object({
  /** Order of creation. */
  seq: z.int(),
  sid: z.string(),
  accountSid: z.string(),
  direction: z.enum(['inbound', 'outbound-api', 'outbound-reply']),
  /** Who wrote it: the API's caller, a webhook's TwiML answer, the provider's keyword answer, the phone's owner. */
  origin: z.enum(['api', 'twiml', 'keyword', 'person']),
  /** Null while a Messaging Service has not chosen its sender. */
  sender: z.string().nullable(),
  recipient: z.string(),
  /** The phone at the other end, whichever way the message goes. */
  person: z.string(),
  body: z.string(),
  segments: z.int(),
  media: z.int(),
  serviceSid: z.string().nullable(),
  statusCallback: z.string().nullable(),
  status: z.enum([
    'scheduled',
    'accepted',
    'queued',
    'sending',
    'sent',
    'delivered',
    'undelivered',
    'failed',
    'canceled',
    'received',
  ]),
  errorCode: z.int().nullable(),
  /** How it will end. */
  outcome: z.enum(['sent', 'delivered', 'undelivered', 'failed', 'received']),
  outcomeError: z.int().nullable(),
  /** How its callbacks travel, when its recipient decides that; else the faults do. */
  callbacks: z.enum(['normal', 'doubled', 'delayed', 'reordered', 'lost']).nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
  sentAt: z.int().nullable(),
  /** When its next status is due; null when it has its last. */
  dueAt: z.int().nullable(),
});

export type SimulatedMessage = z.infer<typeof simulatedMessage>;
export type MessageStatus = SimulatedMessage['status'];

/** A SID as Twilio makes them: SM, or MM with media, and 32 hex digits. */
export function newMessageSid(media = 0): string {
  return `${media > 0 ? 'MM' : 'SM'}${randomBytes(16).toString('hex')}`;
}

/** How many segments a body is billed as: GSM-7 160/153, UCS-2 70/67. */
export function segmentsOf(body: string): number {
  return new SegmentedMessage(body).segmentsCount;
}

/** The status that follows, or null at the last one. */
export function nextStatus(message: SimulatedMessage): MessageStatus | null {
  const next = {
    scheduled: 'accepted',
    accepted: 'queued',
    queued: message.outcome === 'failed' ? 'failed' : 'sending',
    sending: 'sent',
    sent: message.outcome === 'sent' ? null : message.outcome,
    delivered: null,
    undelivered: null,
    failed: null,
    canceled: null,
    received: null,
  } as const satisfies Record<MessageStatus, MessageStatus | null>;
  return next[message.status];
}

/** The message with its next status; the same message when it has its last. */
export function advanced(message: SimulatedMessage, now: number): SimulatedMessage {
  const status = nextStatus(message);
  if (status === null) return message;
  const ended = status === 'undelivered' || status === 'failed';
  return {
    ...message,
    status,
    errorCode: ended ? message.outcomeError : null,
    sender: message.sender ?? (status === 'queued' ? senderOfService(message.serviceSid ?? '') : null),
    updatedAt: now,
    sentAt: status === 'sent' ? now : message.sentAt,
  };
}

/** The one number of a Messaging Service's pool here: a fictional toll-free number that follows from its SID. */
function senderOfService(serviceSid: string): string {
  return `+180055501${(Number.parseInt(serviceSid.slice(-6), 16) % 100).toString().padStart(2, '0')}`;
}
