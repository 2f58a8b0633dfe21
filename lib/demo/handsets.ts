import { z } from 'zod';

/** The phones of the simulated provider, as their owners hold them. */
export interface Handsets {
  /** Up to `count` phones that got a message, newest first. */
  phones(count: number): Promise<string[]>;
  /** Answers the newest message of a phone, as its owner. */
  reply(phone: string, body: string): Promise<void>;
}

const Phones = z.object({ phones: z.array(z.object({ number: z.string() })) });

export const openHandsets = (handsetsUrl: string): Handsets => ({
  phones: async (count) => {
    const response = await fetch(`${handsetsUrl}/phones?limit=${count}`);
    return Phones.parse(await response.json()).phones.map(({ number }) => number);
  },
  reply: async (phone, body) => {
    const response = await fetch(`${handsetsUrl}/phones/${encodeURIComponent(phone)}/replies`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ body }),
    });
    if (!response.ok) throw new Error(`The handset could not reply: ${response.status} ${await response.text()}`);
  },
});
