import * as z from 'zod';
import { deliveryStatusOf } from './delivery-status.ts';
import { refusalClassOf } from './refusals.ts';
import type { ListedMessage, SendOutcome, SmsProvider } from './sms-provider.ts';
import { type TwilioAccount, twilioMessages } from './twilio-client.ts';

/** Messages to one number that a look takes in: far more than one person gets within minutes. */
const listed = 50;

/** An account at Twilio. */
export const twilioProvider = (account: TwilioAccount): SmsProvider => {
  const messages = twilioMessages(account);
  return {
    send: async ({ to, from, body, statusCallback, validitySeconds }) => {
      try {
        const { sid, numSegments } = await messages.create({
          to,
          from,
          body,
          ...(statusCallback === undefined ? {} : { statusCallback }),
          validityPeriod: validitySeconds,
        });
        return { kind: 'accepted', messageId: z.string().min(1).parse(sid), segments: Number(numSegments) || null };
      } catch (error) {
        return outcomeOf(error);
      }
    },

    sentTo: async (phone) => {
      const found = await messages.list({ to: phone, pageSize: listed, limit: listed });
      return found.flatMap(({ sid, from, body, dateCreated, status, errorCode }): ListedMessage[] => {
        const delivery = deliveryStatusOf(status);
        return delivery
          ? [{ messageId: sid, from, body, createdAt: dateCreated, status: delivery, errorCode: errorCode ?? null }]
          : [];
      });
    },
  };
};

const Refusal = z.object({ status: z.number(), code: z.number().optional(), message: z.string().optional() });
const Failure = z.object({ code: z.string() });

/** Errors of a connection that was never made: no request can have been read at the other end. */
const neverConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|ERR_TLS_|DEPTH_ZERO_|UNABLE_TO_)/;

/** What an error of the client says about the call. Everything that isn't clearly a no is unclear. */
export const outcomeOf = (error: unknown): SendOutcome => {
  const refusal = Refusal.safeParse(error);
  if (refusal.success) {
    const { status, code = null, message = '' } = refusal.data;
    if (status === 429 || (code !== null && refusalClassOf(code) === 'too_busy')) return { kind: 'busy', code };
    if (status >= 400 && status < 500 && status !== 408)
      return { kind: 'refused', class: code === null ? 'configuration' : refusalClassOf(code), code, reason: message };
    return { kind: 'unclear', reason: `answered ${status}` };
  }
  const failure = Failure.safeParse(error);
  if (failure.success && neverConnected.test(failure.data.code)) return { kind: 'busy', code: null };
  return { kind: 'unclear', reason: failure.success ? failure.data.code : 'no readable answer' };
};
