import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../../lib/local/twilio/simulator.ts';
import { accountSid, authToken, quickSimulator, sender, twilioClient } from './support.ts';

let simulator: Simulator;
beforeEach(async () => {
  simulator = await quickSimulator();
});
afterEach(() => simulator.close());

const to = '+12025550101';

function post(fields: Record<string, string>, token = authToken) {
  return fetch(`${simulator.url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}` },
    body: new URLSearchParams(fields),
  });
}

describe('the Messages API', () => {
  it('takes WhatsApp where both ends are there, and shows it on the handset', async () => {
    const client = twilioClient(simulator.url);

    const created = await client.messages.create({ to: `whatsapp:${to}`, from: `whatsapp:${sender}`, body: 'Hi' });
    const refused = await post({ To: `whatsapp:${to}`, From: sender, Body: 'Hi' });

    expect(created).toMatchObject({ to: `whatsapp:${to}`, from: `whatsapp:${sender}` });
    expect(simulator.messages({ person: to })).toMatchObject([{ recipient: `whatsapp:${to}`, body: 'Hi' }]);
    expect(await refused.json()).toMatchObject({ code: 21910 });
  });

  it('accepts, delivers and shows a message to the real client', async () => {
    const client = twilioClient(simulator.url);

    const created = await client.messages.create({ to, from: sender, body: 'Hi' });
    await simulator.idle();
    const fetched = await client.messages(created.sid).fetch();

    expect(created).toMatchObject({ status: 'queued', numSegments: '1', direction: 'outbound-api', to, from: sender });
    expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(fetched).toMatchObject({ status: 'delivered', errorCode: null, body: 'Hi', price: '-0.00830' });
    expect(fetched.dateSent).toBeInstanceOf(Date);
  });

  it('answers with strings for counts and RFC 2822 dates', async () => {
    const response = await post({ To: to, From: sender, Body: 'a'.repeat(161) });

    const body: unknown = await response.json();
    expect(response.status).toBe(201);
    expect(body).toMatchObject({
      account_sid: accountSid,
      api_version: '2010-04-01',
      date_created: expect.stringMatching(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/),
      date_sent: null,
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '2',
      price: null,
      price_unit: 'USD',
      subresource_uris: { media: expect.stringMatching(/\/Media\.json$/) },
    });
  });

  it('bills segments by GSM-7 and UCS-2 rules', async () => {
    const bodies = ['a'.repeat(160), 'a'.repeat(161), ']'.repeat(80), ']'.repeat(81), 'Ж'.repeat(70), 'Ж'.repeat(71)];
    const client = twilioClient(simulator.url);

    const created = await Promise.all(bodies.map((body) => client.messages.create({ to, from: sender, body })));

    expect(created.map((message) => message.numSegments)).toEqual(['1', '2', '1', '2', '1', '2']);
  });

  it('accepts through a Messaging Service, which chooses the sender later', async () => {
    const client = twilioClient(simulator.url);
    const messagingServiceSid = `MG${'0'.repeat(32)}`;

    const created = await client.messages.create({ to, messagingServiceSid, body: 'Hi' });
    await simulator.idle();
    const fetched = await client.messages(created.sid).fetch();

    expect(created).toMatchObject({ status: 'accepted', from: null, numSegments: '0', messagingServiceSid });
    expect(fetched).toMatchObject({ status: 'delivered', numSegments: '1', from: expect.stringMatching(/^\+1800555/) });
  });

  it.each([
    ['without To', { From: sender, Body: 'x' }, 21604],
    ['without a sender', { To: to, Body: 'x' }, 21603],
    ['without Body', { To: to, From: sender }, 21619],
    ['with a Body over 1600', { To: to, From: sender, Body: 'x'.repeat(1601) }, 21617],
    ['to nonsense', { To: 'nobody', From: sender, Body: 'x' }, 21211],
    ['with a bad StatusCallback', { To: to, From: sender, Body: 'x', StatusCallback: 'no-url' }, 21609],
    ['with a bad ValidityPeriod', { To: to, From: sender, Body: 'x', ValidityPeriod: '36001' }, 21624],
    ['scheduled without a service', { To: to, From: sender, Body: 'x', ScheduleType: 'fixed' }, 35118],
  ])('refuses a message %s', async (_what, fields, code) => {
    const response = await post(fields);

    const body: unknown = await response.json();
    expect(response.status).toBe(400);
    expect(body).toEqual({
      code,
      message: expect.any(String),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: 400,
    });
  });

  it('refuses another token than the first that the account showed', async () => {
    await post({ To: to, From: sender, Body: 'x' });

    const response = await post({ To: to, From: sender, Body: 'x' }, 'another token');

    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 20003 });
  });

  it('takes the new token of an account whose token was changed', async () => {
    await post({ To: to, From: sender, Body: 'x' });
    simulator.setAccount({ accountSid, authToken: 'the next token' });

    const statuses = [
      await post({ To: to, From: sender, Body: 'x' }),
      await post({ To: to, From: sender, Body: 'x' }, 'the next token'),
    ];

    expect(statuses.map((response) => response.status)).toEqual([401, 201]);
  });

  it('answers 404 for a message and a path that are not there', async () => {
    const client = twilioClient(simulator.url);

    const missing = client.messages(`SM${'0'.repeat(32)}`).fetch();

    await expect(missing).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(client.messages('SM00').fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  it('cancels a scheduled message, empties a body and deletes', async () => {
    const client = twilioClient(simulator.url);
    const messagingServiceSid = `MG${'0'.repeat(32)}`;
    const sendAt = new Date(Date.now() + 3_600_000);
    const scheduled = await client.messages.create({
      to,
      messagingServiceSid,
      body: 'Later',
      scheduleType: 'fixed',
      sendAt,
    });
    const plain = await client.messages.create({ to, from: sender, body: 'Secret' });
    await simulator.idle();

    const canceled = await client.messages(scheduled.sid).update({ status: 'canceled' });
    const emptied = await client.messages(plain.sid).update({ body: '' });
    const removed = await client.messages(plain.sid).remove();

    expect([scheduled.status, canceled.status, emptied.body, removed]).toEqual(['scheduled', 'canceled', '', true]);
    await expect(client.messages(plain.sid).fetch()).rejects.toMatchObject({ status: 404 });
  });

  it('answers 429 above the rate that was set', async () => {
    simulator.setFaults({ requestsPerSecond: 1 });

    const responses = await Promise.all([1, 2, 3, 4].map(() => post({ To: to, From: sender, Body: 'x' })));

    // The four may fall into two seconds, never into four.
    expect(responses.filter((response) => response.status === 429).length).toBeGreaterThanOrEqual(2);
  });
});
