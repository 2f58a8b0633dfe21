import type { Mailbox } from '../mail/mailbox.ts';
import { mailboxRoutes } from '../mail/mailbox-routes.ts';
import { accountStore } from './account-store.ts';
import { createChanges } from './changes.ts';
import { startDelivery } from './delivery.ts';
import { createFaults, type FaultSettings } from './faults.ts';
import { handsetsApiRoutes, numberToAnswer } from './handsets-api.ts';
import { handsetsPageRoutes } from './handsets-page.ts';
import { startHttpServer } from './http-server.ts';
import type { SimulatedMessage } from './message.ts';
import { type MessageFilter, messageStore } from './message-store.ts';
import { messagesApiRoutes } from './messages-api.ts';
import { phoneStore } from './phone-store.ts';
import { type Received, receiver } from './receive-message.ts';
import { type SimulatedAccount, type SimulatorSettings, simulatorApiRoutes } from './simulator-api.ts';
import { openDatabase } from './simulator-database.ts';
import type { SimulatorLog } from './simulator-log.ts';
import { statusPoster } from './status-callback.ts';
import { webhookFailureStore } from './webhook-failure-store.ts';

export interface SimulatorOptions {
  /** 0 takes a free one. */
  port: number;
  host?: '127.0.0.1';
  /** Where messages, accounts and blocks are kept; null: in memory. */
  dataFile: string | null;
  /** Where replies are posted; may carry connection overrides in its fragment. */
  inboundUrl?: string;
  /** Twilio's own keyword handling (default), or none, so that the product's must hold alone. */
  blockStops?: boolean;
  /** From one status to the next. */
  statusDelayMs?: number;
  /** Shown on pages beside the handsets. */
  mailbox?: Mailbox;
  log: SimulatorLog;
}

/** A running simulated SMS provider. */
export interface Simulator {
  url: string;
  handsetsUrl: string;
  mailboxUrl: string;
  setInboundUrl(url: string | null): void;
  setSettings(changes: Partial<SimulatorSettings>): void;
  /** Changes the faults that are named; `resetFaults` ends all of them. */
  setFaults(changes: Partial<FaultSettings>): void;
  resetFaults(): void;
  /** Makes an account known, or gives it another token; its numbers can be written to at once. */
  setAccount(account: SimulatedAccount): void;
  /** The messages of all accounts, newest first. */
  messages(filter?: MessageFilter, limit?: number): SimulatedMessage[];
  /** A person's reply, to the number that wrote last unless `to` says otherwise. RangeError when there is none. */
  receive(reply: { from: string; to?: string; body: string }): Promise<Received>;
  /** Resolves when every accepted message has its last status and every callback its answer. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the provider on one port: Messages API, handsets, controls. Rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const database = openDatabase(options.dataFile);
  const messages = messageStore(database);
  const accounts = accountStore(database);
  const failures = webhookFailureStore(database);
  const phones = phoneStore(database);
  const changes = createChanges();
  const faults = createFaults();
  const stop = new AbortController();
  const stopping = stop.signal;
  let settings: SimulatorSettings = {
    blockStops: options.blockStops ?? true,
    statusDelayMs: options.statusDelayMs ?? 150,
    inboundUrl: options.inboundUrl ?? null,
  };
  const setSettings = (changed: Partial<SimulatorSettings>) => {
    settings = { ...settings, ...changed };
  };
  const setAccount = ({ accountSid, authToken, numbers = [] }: SimulatedAccount) => {
    accounts.setToken(accountSid, authToken);
    for (const number of numbers) accounts.addSender(number, accountSid, null);
  };

  messages.resume(Date.now());
  const statusDelayMs = () => settings.statusDelayMs;
  const post = statusPoster({ accounts, failures, stopping });
  const onStatus = (message: SimulatedMessage) => {
    // The service has just chosen its sender.
    if (message.status === 'queued' && message.sender !== null) {
      accounts.addSender(message.sender, message.accountSid, message.serviceSid);
    }
    changes.add(message.person);
  };
  const delivery = startDelivery({ messages, post, faults, statusDelayMs, onStatus, stopping, log: options.log });
  const onMessage = (message: SimulatedMessage) => {
    changes.add(message.person);
    delivery.wake();
  };
  const inboundUrl = () => settings.inboundUrl;
  const blockStops = () => settings.blockStops;
  const receive = receiver({ messages, accounts, failures, inboundUrl, blockStops, onMessage, stopping });

  const server = await startHttpServer({
    port: options.port,
    host: options.host ?? '127.0.0.1',
    log: options.log,
    routes: [
      ...messagesApiRoutes({ messages, accounts, faults, statusDelayMs, onMessage }),
      ...handsetsApiRoutes({ messages, phones, accounts, failures, receive, changes }),
      ...handsetsPageRoutes(),
      ...(options.mailbox ? mailboxRoutes(options.mailbox) : []),
      ...simulatorApiRoutes({ faults, settings: () => settings, change: setSettings, setAccount }),
    ],
  }).catch((error: unknown) => {
    database.close();
    throw error;
  });
  delivery.wake();

  return {
    url: server.url,
    handsetsUrl: `${server.url}/handsets`,
    mailboxUrl: `${server.url}/mailbox`,
    setInboundUrl: (url) => setSettings({ inboundUrl: url }),
    setSettings,
    setFaults: (changed) => faults.set(changed),
    resetFaults: () => faults.reset(),
    setAccount,
    messages: (filter = {}, limit = 100_000) => messages.list(filter, limit),
    async receive({ from, to, body }) {
      const number = to ?? numberToAnswer(messages, from);
      if (number === null) throw new RangeError(`${from} got no message yet: name the number to write to`);
      return receive({ from, to: number, body });
    },
    idle: () => delivery.idle(),
    async close() {
      stop.abort();
      await server.close();
      await delivery.close();
      database.close();
    },
  };
}
