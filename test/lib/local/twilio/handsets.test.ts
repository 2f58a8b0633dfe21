import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../../../lib/local/twilio/simulator.ts';
import { quickSimulator, sender, twilioClient } from './support.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await quickSimulator();
});
afterEach(() => simulator.close());

async function send(to: string, body: string) {
  await twilioClient(simulator.url).messages.create({ to, from: sender, body });
}

const phonePage = z.object({
  phones: z.array(z.looseObject({ number: z.string() })),
  next: z.number().nullable(),
  totals: z.looseObject({}),
});

async function phones(query = '') {
  const response = await fetch(`${simulator.handsetsUrl}/phones${query}`);
  return phonePage.parse(await response.json());
}

describe('the handsets', () => {
  it('list phones, the one with the newest message first, by pages', async () => {
    await send('+12025550101', 'one');
    await send('+12025550102', 'two');
    await send('+12025550101', 'three');

    const first = await phones('?limit=1');
    const second = await phones(`?limit=1&before=${first.next}`);

    expect(first).toMatchObject({ phones: [{ number: '+12025550101', messages: 2, last: { body: 'three' } }] });
    expect(second).toMatchObject({ phones: [{ number: '+12025550102', messages: 1 }], next: null });
    expect(first.totals).toMatchObject({ phones: 2, messages: 3 });
  });

  it.each([
    ['(202) 555-0102', ['+12025550102']],
    ['0101', ['+12025550101']],
    ['TWO', ['+12025550102']],
    ['%', []],
  ])('search for %s', async (search, expected) => {
    await send('+12025550101', 'one');
    await send('+12025550102', 'two');

    const found = await phones(`?search=${encodeURIComponent(search)}`);

    expect(found.phones.map((phone) => phone.number)).toEqual(expected);
  });

  it('tell which phones changed', async () => {
    const events = await fetch(`${simulator.handsetsUrl}/events`);
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();

    await send('+12025550101', 'one');

    const { value } = (await reader?.read()) ?? {};
    expect(value).toContain('event: change');
    expect(value).toContain('+12025550101');
    await reader?.cancel();
  });

  it('serve a page whose parts all come from here', async () => {
    const page = await fetch(simulator.handsetsUrl);
    const html = await page.text();

    const parts = [...html.matchAll(/<(?:link|script|img)[^>]*(?:src|href)="([^"#]+)"/g)].map((match) =>
      String(match[1]),
    );
    const answers = await Promise.all(parts.map((part) => fetch(new URL(part, simulator.handsetsUrl))));

    expect(parts.length).toBeGreaterThan(1);
    expect(parts.filter((part) => !part.startsWith('/handsets'))).toEqual([]);
    expect(answers.map((answer) => answer.status)).toEqual(parts.map(() => 200));
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('refuse pages of other origins and bodies that are not JSON', async () => {
    const url = `${simulator.handsetsUrl}/phones/+12025550101/replies`;

    const foreign = await fetch(url, { method: 'POST', headers: { Origin: 'https://example.com' }, body: '{}' });
    const plain = await fetch(url, { method: 'POST', body: '{"body":"STOP"}' });

    expect([foreign.status, plain.status]).toEqual([403, 415]);
  });

  it('say in one sentence that a port is taken', async () => {
    const second = startSimulator({ port: Number(new URL(simulator.url).port), dataFile: null, log: () => undefined });

    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
