import type { RefusalCode } from './api-error.ts';

/** How a message that was accepted ends. `sent` stays there for ever: some carriers give no receipt. */
export interface Outcome {
  status: 'delivered' | 'undelivered' | 'failed' | 'sent';
  errorCode: number | null;
}

/** How status callbacks travel. */
export type CallbackManner = 'normal' | 'doubled' | 'delayed' | 'reordered' | 'lost';

/** What a number makes the simulator do, and the words under which people find it. */
export interface Magic {
  title: string;
  /** Refused at once, nothing is accepted. */
  refuse?: RefusalCode;
  /** How often it refuses before it accepts; without it, always. */
  times?: number;
  /** Refused by a proxy in front of the API: 502, not JSON, nothing accepted. */
  badGateway?: boolean;
  /** Accepted, but the caller never learns it: no answer, or an HTTP 500. */
  answer?: 'never' | 'server-error';
  outcome?: Outcome;
  callbacks?: CallbackManner;
}

/** Twilio's own magic numbers for `From`. Any other +1500555… sender is not ours (21606). */
export const magicSenders: Record<string, Magic> = {
  '+15005550001': { title: 'Invalid sender', refuse: 21212 },
  '+15005550006': { title: 'Valid sender' },
  '+15005550007': { title: 'Sender not owned by the account', refuse: 21606 },
  '+15005550008': { title: 'Queue of the sender is full', refuse: 21611 },
};

/** Twilio's own magic numbers for `To`. */
export const magicRecipients: Record<string, Magic> = {
  '+15005550001': { title: 'Invalid number', refuse: 21211 },
  '+15005550002': { title: 'Cannot be routed to', refuse: 21612 },
  '+15005550003': { title: 'Region not enabled', refuse: 21408 },
  '+15005550004': { title: 'Has opted out (at once)', refuse: 21610 },
  '+15005550009': { title: 'Not a mobile number', refuse: 21614 },
};

/** Ours: the last four digits of any fictional number (+1 XXX 555 01xx) as `To`. */
export const magicEndings: Record<string, Magic> = {
  '0130': { title: 'Phone switched off', outcome: { status: 'undelivered', errorCode: 30003 } },
  '0131': { title: 'Unknown number', outcome: { status: 'undelivered', errorCode: 30005 } },
  '0132': { title: 'Landline', outcome: { status: 'undelivered', errorCode: 30006 } },
  '0133': { title: 'Filtered by the carrier', outcome: { status: 'undelivered', errorCode: 30007 } },
  '0134': { title: 'Unknown error', outcome: { status: 'undelivered', errorCode: 30008 } },
  '0135': { title: 'Has opted out (later, by callback)', outcome: { status: 'failed', errorCode: 21610 } },
  '0136': { title: 'Queue overflow', outcome: { status: 'failed', errorCode: 30001 } },
  '0137': { title: 'No receipt: stays sent', outcome: { status: 'sent', errorCode: null } },
  '0138': { title: 'Blocked', outcome: { status: 'undelivered', errorCode: 30004 } },
  '0140': { title: 'Too many requests, always', refuse: 20429 },
  '0141': { title: 'Server error, nothing accepted', refuse: 20500 },
  '0142': { title: 'Accepted, no answer (timeout)', answer: 'never' },
  '0143': { title: 'Accepted, answered with 500', answer: 'server-error' },
  '0144': { title: 'Bad gateway, not JSON', badGateway: true },
  '0145': { title: 'Too many requests, twice', refuse: 20429, times: 2 },
  '0146': { title: 'Accepted, no answer, no callbacks', answer: 'never', callbacks: 'lost' },
  '0150': { title: 'Every callback twice', callbacks: 'doubled' },
  '0151': { title: 'Callbacks in reverse order', callbacks: 'reordered' },
  '0152': { title: 'Late callbacks', callbacks: 'delayed' },
  '0153': { title: 'No callbacks', callbacks: 'lost' },
};

const delivered: Magic = { title: 'Delivered' };

/** What sending from `from` does, before the recipient is looked at. */
export function magicOfSender(from: string): Magic {
  const unknown: Magic = { title: 'Sender not owned by the account', refuse: 21606 };
  return magicSenders[from] ?? (/^\+1500555\d{4}$/.test(from) ? unknown : delivered);
}

/** What sending to `to` does; a number that no table names is delivered. */
export function magicOfRecipient(to: string): Magic {
  const ending = /^\+1\d{3}555(01\d{2})$/.exec(to)?.[1];
  return magicRecipients[to] ?? (ending === undefined ? undefined : magicEndings[ending]) ?? delivered;
}
