import type { AccountStore } from './account-store.ts';
import { ApiError } from './api-error.ts';
import { readCreateRequest, refuse } from './create-message.ts';
import type { Faults } from './faults.ts';
import type { Exchange, Route } from './http-exchange.ts';
import type { SimulatedMessage } from './message.ts';
import { listMessages } from './message-list.ts';
import { messageResource } from './message-resource.ts';
import type { MessageStore } from './message-store.ts';

export interface MessagesApi {
  messages: MessageStore;
  accounts: AccountStore;
  faults: Faults;
  statusDelayMs: () => number;
  /** A message was made, changed or removed. */
  onMessage: (message: SimulatedMessage) => void;
}

const accountPath = String.raw`^\/2010-04-01\/Accounts\/(?<accountSid>AC[0-9a-fA-F]{32})`;
const messagePath = String.raw`${accountPath}\/Messages\/(?<sid>(?:SM|MM)[0-9a-fA-F]{32})`;

/** The routes of Twilio's Messages API that the simulator knows. */
export function messagesApiRoutes(api: MessagesApi): Route[] {
  const create = creator(api);
  const find = (accountSid: string, sid: string) => {
    const found = api.messages.find(accountSid, sid);
    if (!found) throw new ApiError(20404, `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`);
    return found;
  };
  const route = (
    method: string,
    path: string,
    handle: (exchange: Exchange, accountSid: string, sid: string) => Promise<void> | void,
  ): Route => ({
    method,
    path: new RegExp(path),
    handle: (exchange, { accountSid = '', sid = '' }) => {
      authenticate(api.accounts, exchange, accountSid);
      return handle(exchange, accountSid, sid);
    },
  });
  return [
    route('POST', String.raw`${accountPath}\/Messages\.json$`, create),
    route('GET', String.raw`${accountPath}\/Messages\.json$`, (exchange, accountSid) => {
      const createdTo = Date.now() - api.faults.settings().listLagMs;
      exchange.json(200, listMessages(api.messages, accountSid, exchange.query, createdTo));
    }),
    route('GET', String.raw`${messagePath}\.json$`, (exchange, accountSid, sid) => {
      exchange.json(200, messageResource(find(accountSid, sid)));
    }),
    route('POST', String.raw`${messagePath}\.json$`, async (exchange, accountSid, sid) => {
      const form = new URLSearchParams(await exchange.text());
      const changed = change(find(accountSid, sid), form);
      api.messages.update(changed);
      api.onMessage(changed);
      exchange.json(200, messageResource(changed));
    }),
    route('DELETE', String.raw`${messagePath}\.json$`, (exchange, accountSid, sid) => {
      const found = find(accountSid, sid);
      api.messages.remove(found);
      api.onMessage(found);
      exchange.raw.response.writeHead(204).end();
    }),
  ];
}

/** Basic auth with the account's SID and token. Throws ApiError 20003. */
function authenticate(accounts: AccountStore, exchange: Exchange, accountSid: string): void {
  const encoded = /^Basic\s+(.+)$/i.exec(exchange.headers.authorization ?? '')?.[1] ?? '';
  const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const token = rest.join(':');
  if (username !== accountSid || token === '') throw new ApiError(20003);
  if (!accounts.authenticate(accountSid, token)) throw new ApiError(20003);
}

/** The two changes that Twilio allows: cancel what has not left, empty the body of what has. */
function change(message: SimulatedMessage, form: URLSearchParams): SimulatedMessage {
  const updatedAt = Date.now();
  if (form.get('Status') === 'canceled') {
    const cancelable = ['scheduled', 'accepted', 'queued'].includes(message.status);
    if (!cancelable) throw new ApiError(30409, message.sid);
    return { ...message, status: 'canceled', dueAt: null, updatedAt };
  }
  if (form.get('Body') === '') return { ...message, body: '', updatedAt };
  throw new ApiError(20001, form.has('Status') ? 'Status' : 'Body');
}

function creator(api: MessagesApi) {
  const { accounts, faults, messages } = api;
  const refusals = new Map<string, number>();
  const admit = rateLimiter(faults);
  return async (exchange: Exchange, accountSid: string) => {
    const form = new URLSearchParams(await exchange.text());
    if (!admit(accountSid)) throw new ApiError(20429);
    const { message, magic } = readCreateRequest(form, accountSid, accounts, Date.now());
    if (magic.badGateway) return exchange.answer(502, 'text/html', '<html><body>Bad Gateway</body></html>');
    const refused = refusals.get(message.recipient) ?? 0;
    if (magic.refuse !== undefined && refused < (magic.times ?? Number.POSITIVE_INFINITY)) {
      refusals.set(message.recipient, refused + 1);
      refuse(magic, message.recipient);
    }
    const fault = faults.ofRequest();
    if (fault === 'rate-limited') throw new ApiError(20429);
    if (fault === 'server-error') throw new ApiError(20500);
    if (message.sender !== null) accounts.addSender(message.sender, accountSid, message.serviceSid);
    const accepted = messages.insert({ ...message, dueAt: message.dueAt ?? message.createdAt + api.statusDelayMs() });
    api.onMessage(accepted);
    if (magic.answer === 'never' || fault === 'timeout-after-acceptance') return exchange.hang();
    if (magic.answer === 'server-error') throw new ApiError(20500);
    exchange.json(201, messageResource(accepted));
  };
}

/** Counts an account's create requests in the current second. */
function rateLimiter(faults: Faults) {
  const used = new Map<string, { second: number; count: number }>();
  return (accountSid: string): boolean => {
    const limit = faults.settings().requestsPerSecond;
    if (limit === null) return true;
    const second = Math.floor(Date.now() / 1000);
    const last = used.get(accountSid);
    const count = last?.second === second ? last.count + 1 : 1;
    used.set(accountSid, { second, count });
    return count <= limit;
  };
}
