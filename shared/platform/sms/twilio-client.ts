import BaseTwilio from 'twilio/lib/base/BaseTwilio.js';
import Domain from 'twilio/lib/base/Domain.js';
import RequestClient from 'twilio/lib/base/RequestClient.js';
import Version from 'twilio/lib/base/Version.js';
import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';

const canonicalBaseUrl = 'https://api.twilio.com';

/** Sends what the client addresses to Twilio to `baseUrl` instead. It repeats nothing: that is the caller's to decide. */
class AddressedClient extends RequestClient {
  readonly #base: URL;

  constructor(baseUrl: string, timeoutMs: number) {
    super({ timeout: timeoutMs, autoRetry: false, maxSockets: 50 });
    this.#base = new URL(baseUrl);
  }

  override request<T>(options: RequestClient.RequestOptions<T>) {
    const uri = new URL(options.uri);
    uri.protocol = this.#base.protocol;
    uri.host = this.#base.host;
    return super.request({ ...options, uri: uri.href });
  }
}

/** The API's version without its accounts: they would bring every other resource along. */
class MessagesVersion extends Version.default {
  get accounts(): never {
    throw new Error('Only messages are here');
  }

  get account(): never {
    throw new Error('Only messages are here');
  }
}

export interface TwilioAccount {
  baseUrl: string;
  accountSid: string;
  authToken: string;
  timeoutMs: number;
}

/**
 * Twilio's own client, reduced to the resource that we use: the whole package would be ten times the bundle, and its
 * loading would be in every cold start.
 */
export const twilioMessages = ({ baseUrl, accountSid, authToken, timeoutMs }: TwilioAccount) => {
  const httpClient = new AddressedClient(baseUrl, timeoutMs);
  const client = new BaseTwilio.Client(accountSid, authToken, { httpClient });
  return MessageListInstance(
    new MessagesVersion(new Domain.default(client, canonicalBaseUrl), '2010-04-01'),
    accountSid,
  );
};
