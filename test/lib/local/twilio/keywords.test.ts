import validation from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../../lib/local/twilio/simulator.ts';
import { accountSid, authToken, quickSimulator, sender, twilioClient, webhookReceiver } from './support.ts';

const person = '+12025550101';
let simulator: Simulator;
let receiver: Awaited<ReturnType<typeof webhookReceiver>>;
beforeEach(async () => {
  receiver = await webhookReceiver();
  simulator = await quickSimulator({ inboundUrl: `${receiver.url}/inbound?from=twilio` });
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const send = (body = 'Hi') => twilioClient(simulator.url).messages.create({ to: person, from: sender, body });

async function reply(body: string, to?: string) {
  const response = await fetch(`${simulator.handsetsUrl}/phones/${encodeURIComponent(person)}/replies`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ body, to }),
  });
  return { status: response.status, body: await response.json() };
}

describe('a reply from a phone', () => {
  it('arrives as a signed webhook with the parameters of an inbound message', async () => {
    await send();

    const answer = await reply('Hello there');

    const [webhook] = receiver.received;
    const signature = String(webhook?.headers['x-twilio-signature']);
    const url = `${receiver.url}/inbound?from=twilio`;
    expect(answer).toMatchObject({
      status: 201,
      body: { keyword: null, webhook: { ok: true, status: 200 }, answers: [] },
    });
    expect(webhook?.params).toMatchObject({
      AccountSid: accountSid,
      Body: 'Hello there',
      From: person,
      To: sender,
      NumMedia: '0',
      NumSegments: '1',
      SmsStatus: 'received',
    });
    expect(validation.validateRequest(authToken, signature, url, webhook?.params ?? {})).toBe(true);
  });

  it('shows the TwiML answer as a message to the phone', async () => {
    await send();
    const twiml =
      '<?xml version="1.0"?><Response><Message>Tom &amp; Ann</Message><Message><Body>Two</Body></Message></Response>';
    receiver.answers.next = () => ({ status: 200, body: twiml });

    const answer = await reply('Who is it?');
    await simulator.idle();

    expect(answer.body).toMatchObject({ answers: [{ body: 'Tom & Ann', origin: 'twiml' }, { body: 'Two' }] });
    const [newest] = simulator.messages({ person });
    expect(newest).toMatchObject({ direction: 'outbound-reply', body: 'Two', status: 'delivered', sender });
  });

  it('records a webhook that refuses', async () => {
    await send();
    receiver.answers.next = () => ({ status: 403, body: '' });

    const answer = await reply('Hello');

    expect(answer.body).toMatchObject({ webhook: { ok: false, status: 403 } });
    const thread = await fetch(`${simulator.handsetsUrl}/phones/${person}/messages`);
    expect(await thread.json()).toMatchObject({
      messages: [{}, { webhookFailures: [{ event: 'inbound', detail: 'webhook answered 403' }] }],
    });
  });

  it('needs a number to go to, and may name it', async () => {
    simulator.setAccount({ accountSid, authToken, numbers: [sender] });

    const nowhere = await reply('Hello');
    const named = await reply('Hello', sender);

    expect([nowhere.status, named.status]).toEqual([409, 201]);
    expect(receiver.received.map((webhook) => webhook.params.To)).toEqual([sender]);
  });
});

describe('keywords', () => {
  it.each(['STOP', 'stop', ' Unsubscribe ', 'OPTOUT', 'revoke', 'End', 'QUIT', 'Cancel', 'StopAll'])(
    '%s blocks the pair, is answered once and still reaches the webhook',
    async (word) => {
      await send();

      const first = await reply(word);
      const second = await reply(word);

      expect(first.body).toMatchObject({ keyword: 'stop', answers: [{ origin: 'keyword' }] });
      expect(second.body).toMatchObject({ keyword: 'stop', answers: [] });
      await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 });
      expect(receiver.received.map((webhook) => webhook.params.Body)).toEqual([word, word]);
      expect(receiver.received[0]?.params).not.toHaveProperty('OptOutType');
    },
  );

  it('block one sender only', async () => {
    await send();
    await reply('STOP');

    const other = twilioClient(simulator.url).messages.create({ to: person, from: '+12025550198', body: 'Hi' });

    await expect(other).resolves.toMatchObject({ status: 'queued' });
  });

  it.each(['START', 'yes', 'Unstop'])('%s lifts the block', async (word) => {
    await send();
    await reply('STOP');

    const answer = await reply(word);

    expect(answer.body).toMatchObject({ keyword: 'start', answers: [{ origin: 'keyword' }] });
    await expect(send()).resolves.toMatchObject({ status: 'queued' });
  });

  it('HELP is answered, but not to somebody who opted out', async () => {
    await send();

    const before = await reply('help');
    await reply('STOP');
    const after = await reply('INFO');

    expect(before.body).toMatchObject({ keyword: 'help', answers: [{ origin: 'keyword' }] });
    expect(after.body).toMatchObject({ keyword: 'help', answers: [] });
  });

  it.each(['Stop.', 'opt out', 'STOP PLEASE', 'please stop'])(
    '"%s" is missed, as the provider misses it',
    async (body) => {
      await send();

      const answer = await reply(body);

      expect(answer.body).toMatchObject({ keyword: null, answers: [] });
      await expect(send()).resolves.toMatchObject({ status: 'queued' });
    },
  );

  it('keep a TwiML answer from somebody who just opted out', async () => {
    await send();
    receiver.answers.next = () => ({ status: 200, body: '<Response><Message>Bye</Message></Response>' });

    const answer = await reply('STOP');

    expect(answer.body).toMatchObject({
      answers: [{ origin: 'keyword' }, { body: 'Bye', status: 'failed', errorCode: 21610 }],
    });
  });

  it('block a whole Messaging Service, which fails later instead of refusing', async () => {
    const client = twilioClient(simulator.url);
    const messagingServiceSid = `MG${'a'.repeat(32)}`;
    await client.messages.create({ to: person, messagingServiceSid, body: 'Hi' });
    await simulator.idle();
    await reply('STOP');

    const blocked = await client.messages.create({ to: person, messagingServiceSid, body: 'Hi' });
    await simulator.idle();

    const ended = await client.messages(blocked.sid).fetch();
    expect([blocked.status, ended.status, ended.errorCode]).toEqual(['accepted', 'failed', 21610]);
    expect(receiver.received[0]?.params.MessagingServiceSid).toBe(messagingServiceSid);
  });

  it('do nothing by themselves when told not to', async () => {
    simulator.setSettings({ blockStops: false });
    await send();

    const answer = await reply('STOP');

    expect(answer.body).toMatchObject({ keyword: null, answers: [] });
    expect(receiver.received.map((webhook) => webhook.params.Body)).toEqual(['STOP']);
    await expect(send()).resolves.toMatchObject({ status: 'queued' });
  });
});
