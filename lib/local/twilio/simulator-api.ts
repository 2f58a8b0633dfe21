import { z } from 'zod';
import { type Faults, faultChanges } from './faults.ts';
import type { Exchange, Route } from './http-exchange.ts';
import { readJson } from './read-json.ts';

export const simulatorSettings = z.strictObject({
  /** Twilio's own keyword handling: answer STOP, START and HELP, and block. */
  blockStops: z.boolean(),
  statusDelayMs: z.int().min(0).max(600_000),
  inboundUrl: z.url().nullable(),
});

export type SimulatorSettings = z.infer<typeof simulatorSettings>;

const accountBody = z.strictObject({
  accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/),
  authToken: z.string().min(1),
  /** Numbers of the account, so that a person may write to them before they have sent anything. */
  numbers: z.array(z.string()).default([]),
});

export type SimulatedAccount = z.input<typeof accountBody>;

/** Faults and settings over HTTP, for the demo and for tests in other processes. */
export function simulatorApiRoutes(api: {
  faults: Faults;
  settings: () => SimulatorSettings;
  change: (changes: Partial<SimulatorSettings>) => void;
  setAccount: (account: SimulatedAccount) => void;
}): Route[] {
  const showFaults = (exchange: Exchange) => exchange.json(200, api.faults.settings());
  return [
    { method: 'GET', path: /^\/simulator\/faults$/, handle: showFaults },
    {
      method: 'POST',
      path: /^\/simulator\/faults$/,
      async handle(exchange) {
        api.faults.set(await readJson(exchange, faultChanges));
        showFaults(exchange);
      },
    },
    {
      method: 'DELETE',
      path: /^\/simulator\/faults$/,
      handle(exchange) {
        api.faults.reset();
        showFaults(exchange);
      },
    },
    { method: 'GET', path: /^\/simulator\/settings$/, handle: (exchange) => exchange.json(200, api.settings()) },
    {
      method: 'POST',
      path: /^\/simulator\/settings$/,
      async handle(exchange) {
        api.change(await readJson(exchange, simulatorSettings.partial()));
        exchange.json(200, api.settings());
      },
    },
    {
      method: 'POST',
      path: /^\/simulator\/accounts$/,
      async handle(exchange) {
        const account = await readJson(exchange, accountBody);
        api.setAccount(account);
        exchange.json(201, { accountSid: account.accountSid, numbers: account.numbers });
      },
    },
  ];
}
