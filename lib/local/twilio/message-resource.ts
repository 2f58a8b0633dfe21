import { errorText } from './error-texts.ts';
import type { SimulatedMessage } from './message.ts';

/** Dollars a segment: a plausible figure, so that cost reports have something to add up. */
const pricePerSegment = 0.0083;

/** A message as the Messages API shows it: counts and price are strings, dates RFC 2822. */
export function messageResource(message: SimulatedMessage) {
  const uri = `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}`;
  // A Messaging Service counts segments when it has chosen the sender.
  const segments = message.sender === null ? 0 : message.segments;
  return {
    account_sid: message.accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: message.sentAt === null ? null : rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: errorText(message.errorCode),
    from: message.sender,
    messaging_service_sid: message.serviceSid,
    num_media: String(message.media),
    num_segments: String(segments),
    price: message.sentAt === null ? null : (-pricePerSegment * message.segments).toFixed(5),
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.recipient,
    uri: `${uri}.json`,
  };
}

function rfc2822(time: number): string {
  return new Date(time).toUTCString().replace('GMT', '+0000');
}
