import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../../lib/local/twilio/simulator.ts';
import { quickSimulator, sender, twilioClient } from './support.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await quickSimulator();
});
afterEach(() => simulator.close());

async function send(to: string, bodies: string[]) {
  const client = twilioClient(simulator.url);
  for (const body of bodies) await client.messages.create({ to, from: sender, body });
  await simulator.idle();
  return client;
}

const bodiesOf = (messages: { body: string }[]) => messages.map((message) => message.body);

describe('the list of messages', () => {
  it('is newest first and filters by To and From', async () => {
    const client = await send('+12025550101', ['one', 'two']);
    await send('+12025550102', ['three']);

    const byTo = await client.messages.list({ to: '+12025550101' });
    const byFrom = await client.messages.list({ from: sender });
    const byOther = await client.messages.list({ from: '+12025550198' });

    expect([bodiesOf(byTo), bodiesOf(byFrom), bodiesOf(byOther)]).toEqual([
      ['two', 'one'],
      ['three', 'two', 'one'],
      [],
    ]);
  });

  it('filters by the time of sending, on the day and before or after a moment', async () => {
    const client = await send('+12025550101', ['one']);
    const day = 86_400_000;
    const now = Date.now();

    const lengths = await Promise.all(
      [
        { dateSent: new Date(now).toISOString().slice(0, 10) },
        { dateSentAfter: new Date(now - day) },
        { dateSentAfter: new Date(now + day) },
        { dateSentBefore: new Date(now + day) },
        { dateSentBefore: new Date(now - day) },
      ].map(async (filter) => (await client.messages.list(JSON.parse(JSON.stringify(filter)))).length),
    );

    expect(lengths).toEqual([1, 1, 0, 1, 0]);
  });

  it('leaves messages that were not sent yet out of a list by DateSent', async () => {
    const client = twilioClient(simulator.url);
    simulator.setSettings({ statusDelayMs: 600_000 });
    await client.messages.create({ to: '+12025550101', from: sender, body: 'waiting' });

    const byTo = await client.messages.list({ to: '+12025550101' });
    const byDate = await client.messages.list({ to: '+12025550101', dateSentAfter: new Date(0) });

    expect([byTo.length, byDate.length]).toEqual([1, 0]);
  });

  it('is walked forwards and backwards by the addresses of its pages', async () => {
    const client = await send('+12025550101', ['1', '2', '3', '4', '5']);

    const first = await client.messages.page({ to: '+12025550101', pageSize: 2 });
    const second = await first.nextPage();
    const third = await second?.nextPage();
    const back = await third?.previousPage();
    const all = await client.messages.list({ pageSize: 2 });

    expect([first, second, third, back].map((page) => bodiesOf(page?.instances ?? []))).toEqual([
      ['5', '4'],
      ['3', '2'],
      ['1'],
      ['3', '2'],
    ]);
    expect(third?.nextPageUrl).toBeUndefined();
    expect(bodiesOf(all)).toEqual(['5', '4', '3', '2', '1']);
  });

  it('may lag behind, as a fault', async () => {
    const client = await send('+12025550101', ['one']);
    simulator.setFaults({ listLagMs: 60_000 });

    const lagging = await client.messages.list();

    expect(lagging).toEqual([]);
  });
});

describe('a restart', () => {
  it('keeps messages, accounts and blocks, and goes on with what was on its way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    const dataFile = join(folder, 'deep', 'twilio.db');
    const before = await quickSimulator({ dataFile });
    const created = await twilioClient(before.url).messages.create({ to: '+12025550101', from: sender, body: 'Hi' });
    await before.receive({ from: '+12025550101', body: 'STOP' });
    before.setSettings({ statusDelayMs: 600_000 });
    const waiting = await twilioClient(before.url).messages.create({ to: '+12025550102', from: sender, body: 'Wait' });
    await before.close();

    const after = await quickSimulator({ dataFile });
    await after.idle();

    const client = twilioClient(after.url);
    const kept = await Promise.all([created, waiting].map(({ sid }) => client.messages(sid).fetch()));
    expect(kept.map((message) => message.status)).toEqual(['delivered', 'delivered']);
    const again = client.messages.create({ to: '+12025550101', from: sender, body: 'Again' });
    await expect(again).rejects.toMatchObject({ code: 21610 });
    const stranger = twilioClient(after.url, { token: 'another' }).messages.list();
    await expect(stranger).rejects.toMatchObject({ status: 401, code: 20003 });
    await after.close();
    await rm(folder, { recursive: true });
  });
});
