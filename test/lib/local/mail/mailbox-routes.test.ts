import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openMailbox } from '../../../../lib/local/mail/mailbox.ts';
import { startSimulator } from '../../../../lib/local/twilio/simulator.ts';

const mailbox = openMailbox(null);
const simulator = await startSimulator({ port: 0, dataFile: null, mailbox, log: () => undefined });
afterAll(async () => {
  await simulator.close();
  mailbox.close();
});
const add = (recipient: string, subject = 'Hello') =>
  mailbox.add({ id: '1', sender: 'desk@example.com', recipient, subject, text: 'Text', html: '', at: 0 });

const Page = z.object({ messages: z.array(z.object({ subject: z.string() })), next: z.number().nullable() });
const page = async (query: string) =>
  Page.parse(await (await fetch(`${simulator.mailboxUrl}/messages?${query}`)).json());

it('shows its page without anything from elsewhere', async () => {
  const answer = await fetch(simulator.mailboxUrl);

  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  for (const asset of ['page.css', 'page.js'])
    expect((await fetch(`${simulator.mailboxUrl}/assets/${asset}`)).status).toBe(200);
  expect((await fetch(`${simulator.mailboxUrl}/assets/mailbox.ts`)).status).toBe(404);
});

it('lists mails the newest first, by address, page by page', async () => {
  for (const subject of ['one', 'two', 'three']) add('dana@example.com', subject);
  add('sam@example.com');

  const first = await page('to=DANA&limit=2');
  const second = await page(`to=dana&limit=2&before=${first.next}`);

  const subjects = [first, second].map(({ messages }) => messages.map(({ subject }) => subject));
  expect(subjects).toEqual([['three', 'two'], ['one']]);
  expect(second.next).toBeNull();
});

it('tells of new mail as it comes', async () => {
  const { body } = await fetch(`${simulator.mailboxUrl}/events`);
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();

  add('live@example.com');

  expect((await reader?.read())?.value).toContain('live@example.com');
  await reader?.cancel();
});
