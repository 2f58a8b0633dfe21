import type { RefusalClass } from './refusals.ts';

/** One text, ready to leave. */
export interface OutgoingMessage {
  /** E.164; `whatsapp:` before it, at both ends, for WhatsApp. */
  to: string;
  from: string;
  body: string;
  /** Told of every status; carries the attempt, by which an unclear send is settled. Of a code nobody waits for it. */
  statusCallback?: string;
  /** Seconds that the provider may keep it before it leaves. */
  validitySeconds: number;
}

/** What became of a call to the provider: the one thing that a caller must never guess. */
export type SendOutcome =
  | { kind: 'accepted'; messageId: string; segments: number | null }
  /** The provider said no; nothing was accepted, and a repetition would be refused alike. */
  | { kind: 'refused'; class: RefusalClass; code: number | null; reason: string }
  /** Nothing was accepted, and a later call may well be. */
  | { kind: 'busy'; code: number | null }
  /** It may have been accepted: nobody may call again before it is known. */
  | { kind: 'unclear'; reason: string };

/** How far a message came, in our words. */
export type DeliveryStatus = 'sent' | 'delivered' | 'undelivered' | 'failed';

/** A message that the provider has on its books. */
export interface ListedMessage {
  messageId: string;
  from: string | null;
  body: string;
  createdAt: Date;
  status: DeliveryStatus;
  errorCode: number | null;
}

/** An organization's account at an SMS provider. */
export interface SmsProvider {
  /** Calls the provider at most once, and never throws: whatever happens is an outcome. */
  send(message: OutgoingMessage): Promise<SendOutcome>;
  /** What was sent to this number lately, newest first. Eventually consistent. @throws Error when it can't be read */
  sentTo(phone: string): Promise<ListedMessage[]>;
}
