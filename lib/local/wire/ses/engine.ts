import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Mailbox } from '../../mail/mailbox.ts';
import { type AwsAnswer, type AwsCall, AwsError, type Engine, type Need } from '../engine.ts';

const Content = z.object({ Data: z.string(), Charset: z.string().optional() });
/** The simple form alone: raw messages and templates are refused with their name. */
const SendEmail = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({
    ToAddresses: z.array(z.string()).min(1).max(50),
    CcAddresses: z.array(z.string()).max(0).optional(),
    BccAddresses: z.array(z.string()).max(0).optional(),
  }),
  ReplyToAddresses: z.array(z.string()).optional(),
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: Content,
      Body: z.strictObject({ Text: Content.optional(), Html: Content.optional() }),
    }),
  }),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).optional(),
});
type SendEmail = z.infer<typeof SendEmail>;

/** `Name <address>` or the address alone. */
const addressOf = (text: string) => /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();
const isAddress = (text: string) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(text);
const bad = (message: string) => new AwsError('BadRequestException', message, 400);

function read(input: unknown): SendEmail {
  const { success, data, error } = SendEmail.safeParse(input);
  if (!success) throw bad(z.prettifyError(error));
  return data;
}

/** SES (API v2) as far as a product sends: one simple message at a time, which lands in the mailbox of this machine. */
export function createSes(options: { mailbox: Mailbox; region: string; account: string }): Engine {
  const identity = (address: string) => `arn:aws:ses:${options.region}:${options.account}:identity/${address}`;

  const send = (input: unknown) => {
    const { FromEmailAddress: sender, Destination, Content: content } = read(input);
    const { Subject, Body } = content.Simple;
    if (!isAddress(addressOf(sender))) throw bad("Missing final '@domain' in the sender");
    const id = randomUUID();
    for (const recipient of Destination.ToAddresses.map(addressOf)) {
      if (!isAddress(recipient)) throw bad("Missing final '@domain'");
      const text = Body.Text?.Data ?? '';
      const html = Body.Html?.Data ?? '';
      options.mailbox.add({ id, sender, recipient, subject: Subject.Data, text, html, at: Date.now() });
    }
    return { MessageId: id };
  };

  return {
    actionOf: ({ method, url }) =>
      method === 'POST' && url.pathname === '/v2/email/outbound-emails' ? 'SendEmail' : `${method} ${url.pathname}`,
    // AWS takes the identity that was verified, the address or its domain: the grant for the address is asked for.
    needs({ action, input }: AwsCall): Need[] {
      if (action !== 'SendEmail') return [];
      const sender = addressOf(read(input).FromEmailAddress);
      return [{ action: 'ses:SendEmail', resource: identity(sender), context: { 'ses:FromAddress': sender } }];
    },
    async handle({ input }): Promise<AwsAnswer> {
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(send(input)) };
    },
  };
}
