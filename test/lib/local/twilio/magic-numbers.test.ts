import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { magicEndings, magicRecipients, magicSenders } from '../../../../lib/local/twilio/magic-numbers.ts';
import type { Simulator } from '../../../../lib/local/twilio/simulator.ts';
import { quickSimulator, sender, twilioClient } from './support.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await quickSimulator();
});
afterEach(() => simulator.close());

const create = (to: string, from = sender) => twilioClient(simulator.url).messages.create({ to, from, body: 'Hi' });

describe('magic numbers', () => {
  it.each(Object.entries(magicSenders))('From %s does what the table says', async (from, magic) => {
    const answer = create('+12025550101', from);

    if (magic.refuse === undefined) await expect(answer).resolves.toMatchObject({ status: 'queued' });
    else await expect(answer).rejects.toMatchObject({ status: 400, code: magic.refuse });
  });

  it('From another magic number is refused as not ours', async () => {
    await expect(create('+12025550101', '+15005550009')).rejects.toMatchObject({ code: 21606 });
  });

  it.each(Object.entries(magicRecipients))('To %s is refused as the table says', async (to, magic) => {
    await expect(create(to)).rejects.toMatchObject({ status: 400, code: magic.refuse });
  });

  const ending = Object.entries(magicEndings).filter(([, magic]) => magic.outcome !== undefined);
  it.each(ending)('To …555-%s ends as the table says', async (line, magic) => {
    const { sid } = await create(`+1303555${line}`);
    await simulator.idle();

    const ended = await twilioClient(simulator.url).messages(sid).fetch();

    expect(ended).toMatchObject(magic.outcome ?? {});
  });

  it('any other number is delivered', async () => {
    const { sid } = await create('+13035550100');
    await simulator.idle();

    const ended = await twilioClient(simulator.url).messages(sid).fetch();

    expect(ended).toMatchObject({ status: 'delivered', errorCode: null });
  });

  it.each([
    ['0140', { status: 429, code: 20429 }],
    ['0141', { status: 500, code: 20500 }],
    ['0144', { status: 502 }],
  ])('To …555-%s is refused and nothing is accepted', async (line, error) => {
    await expect(create(`+1303555${line}`)).rejects.toMatchObject(error);

    expect(simulator.messages()).toEqual([]);
  });

  it('To …555-0145 is refused twice, then accepted', async () => {
    await expect(create('+13035550145')).rejects.toMatchObject({ code: 20429 });
    await expect(create('+13035550145')).rejects.toMatchObject({ code: 20429 });

    await expect(create('+13035550145')).resolves.toMatchObject({ status: 'queued' });
  });

  it('To …555-0143 is answered with 500 although it was accepted', async () => {
    await expect(create('+13035550143')).rejects.toMatchObject({ status: 500 });

    expect(simulator.messages()).toMatchObject([{ recipient: '+13035550143' }]);
  });

  it.each(['0142', '0146'])('To …555-%s is accepted without an answer, and found by the list', async (line) => {
    const to = `+1303555${line}`;
    const impatient = twilioClient(simulator.url, { timeout: 200 });

    await expect(impatient.messages.create({ to, from: sender, body: 'Hi' })).rejects.toThrow(/timeout/);
    await simulator.idle();

    const found = await twilioClient(simulator.url).messages.list({ to });
    expect(found).toMatchObject([{ body: 'Hi', status: 'delivered' }]);
  });

  it('are all in the documentation', async () => {
    const page = await readFile(new URL('../../../../docs/simulated-provider.md', import.meta.url), 'utf8');

    const missing = Object.keys({ ...magicEndings, ...magicRecipients, ...magicSenders }).filter(
      (key) => !page.includes(key),
    );

    expect(missing).toEqual([]);
  });
});

async function drawnStatuses() {
  simulator.setFaults({ seed: 7, rateLimitedRate: 0.3, serverErrorRate: 0.3 });
  const statuses: number[] = [];
  for (let index = 0; index < 30; index += 1) {
    statuses.push(
      await create('+12025550101').then(
        () => 201,
        (error: { status: number }) => error.status,
      ),
    );
  }
  return statuses;
}

describe('faults', () => {
  it('come at their rate and again the same from the same seed', async () => {
    const first = await drawnStatuses();
    const second = await drawnStatuses();

    expect(second).toEqual(first);
    expect(new Set(first)).toEqual(new Set([201, 429, 500]));
  });

  it('are set and reset over HTTP, and unknown ones are refused', async () => {
    const url = `${simulator.url}/simulator/faults`;
    const headers = { 'Content-Type': 'application/json' };
    const set = await fetch(url, { method: 'POST', headers, body: '{"timeoutAfterAcceptanceRate":1}' });
    const impatient = twilioClient(simulator.url, { timeout: 200 });

    await expect(impatient.messages.create({ to: '+12025550101', from: sender, body: 'Hi' })).rejects.toThrow(
      /timeout/,
    );
    const unknown = await fetch(url, { method: 'POST', headers, body: '{"meteorRate":1}' });
    const reset = await fetch(url, { method: 'DELETE' });

    expect(simulator.messages().length).toBe(1);
    expect(await set.json()).toMatchObject({ timeoutAfterAcceptanceRate: 1 });
    expect(unknown.status).toBe(422);
    expect(await reset.json()).toMatchObject({ timeoutAfterAcceptanceRate: 0 });
  });
});
