import { inject } from 'vitest';
import { z } from 'zod';
import type { ApiClient } from '../../lib/api-client.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';

const Page = z.object({
  messages: z.array(
    z.object({ sid: z.string(), to: z.string(), body: z.string(), status: z.string(), direction: z.string() }),
  ),
  next_page_uri: z.string().nullable(),
});

const Replied = z.object({
  webhook: z.object({ ok: z.boolean(), status: z.number().nullable(), attempts: z.number() }).nullable(),
  answers: z.array(z.object({ body: z.string() })),
});

const digits = (count: number) => Array.from({ length: count }, () => Math.floor(Math.random() * 10)).join('');
const hex = (count: number) =>
  Array.from({ length: count }, () => Math.floor(Math.random() * 16).toString(16)).join('');

/**
 * Gives an organization an account of its own at the simulated provider. Keywords are ours to answer: the simulator
 * of the tests neither answers nor blocks.
 */
export const connectProvider = async (api: ApiClient, simulatorUrl = inject('stack').simulatorUrl) => {
  const account = { accountSid: `AC${hex(32)}`, authToken: hex(32) };
  const sender = `+1202${2 + Math.floor(Math.random() * 8)}2${digits(5)}`;
  await api.call(organizationRoutes.setSmsProvider, {
    body: { kind: 'twilio', ...account, sender, keywordReplies: 'heliograph' },
  });
  await post(`${simulatorUrl}/simulator/accounts`, { ...account, numbers: [sender] });
  const authorization = `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}`;

  return {
    ...account,
    sender,
    /** What the provider accepted from this organization's API calls, all of it: the truth about who was texted. */
    sent: async () => {
      const messages: z.infer<typeof Page>['messages'] = [];
      let path: string | null = `/2010-04-01/Accounts/${account.accountSid}/Messages.json?PageSize=1000`;
      while (path !== null) {
        const response: Response = await fetch(simulatorUrl + path, { headers: { authorization } });
        const page = Page.parse(await response.json());
        messages.push(...page.messages.filter(({ direction }) => direction === 'outbound-api'));
        path = page.next_page_uri;
      }
      return messages;
    },
    /** A person's text to the organization's number; resolves when the inbound webhook was answered. */
    reply: async (phone: string, body: string) =>
      Replied.parse(
        await post(`${simulatorUrl}/handsets/phones/${encodeURIComponent(phone)}/replies`, { body, to: sender }),
      ),
  };
};

const post = async (url: string, body: unknown): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${await response.text()}`);
  return response.json();
};
