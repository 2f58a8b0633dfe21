import { inject } from 'vitest';
import { z } from 'zod';
import { waitFor } from './wait-for.ts';

const Mails = z.object({ messages: z.array(z.object({ subject: z.string(), text: z.string(), seq: z.number() })) });
const Texts = z.object({ messages: z.array(z.object({ body: z.string(), direction: z.string() })) });

/** The mails to an address, the newest first. */
export const mailsTo = async (address: string) => {
  const response = await fetch(`${inject('stack').simulatorUrl}/mailbox/messages?to=${encodeURIComponent(address)}`);
  return Mails.parse(await response.json()).messages;
};

/** The newest mail to an address, once there are `count` whose subject matches. */
export const mailTo = async (address: string, subject: RegExp, count = 1) => {
  const those = await waitFor(
    `mail to ${address}`,
    async () => (await mailsTo(address)).filter((mail) => subject.test(mail.subject)),
    (mails) => mails.length >= count,
    30,
  );
  const [newest] = those;
  if (!newest) throw new Error('No mail');
  return newest;
};

/** The code of the newest mail with one, once there are `count`. */
export const mailedCode = async (address: string, count = 1) =>
  /^\d{6}/.exec((await mailTo(address, /^\d{6} is your/, count)).subject)?.[0] ?? '';

/** The code in the newest text to a phone, once it got `count`. */
export const textedCode = async (phone: string, count = 1) => {
  const url = `${inject('stack').simulatorUrl}/handsets/phones/${encodeURIComponent(phone)}/messages`;
  const texts = await waitFor(
    `a text to ${phone}`,
    async () => Texts.parse(await (await fetch(url)).json()).messages.filter(({ body }) => /\d{6} is your/.test(body)),
    (messages) => messages.length >= count,
    30,
  );
  return /(\d{6}) is your/.exec(texts.at(-1)?.body ?? '')?.[1] ?? '';
};
