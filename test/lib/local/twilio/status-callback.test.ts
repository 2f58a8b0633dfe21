import validation from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../../lib/local/twilio/simulator.ts';
import { accountSid, authToken, quickSimulator, sender, twilioClient, webhookReceiver } from './support.ts';

const to = '+12025550101';
let simulator: Simulator;
let receiver: Awaited<ReturnType<typeof webhookReceiver>>;
beforeEach(async () => {
  simulator = await quickSimulator();
  receiver = await webhookReceiver();
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

async function send(recipient = to, path = '/status?a=attempt-1') {
  const message = await twilioClient(simulator.url).messages.create({
    to: recipient,
    from: sender,
    body: 'Hi',
    statusCallback: receiver.url + path,
  });
  await simulator.idle();
  return message;
}

const statuses = () => receiver.received.map((webhook) => webhook.params.MessageStatus);

describe('status callbacks', () => {
  it('tell every status after the first, in order', async () => {
    const message = await send();

    expect(statuses()).toEqual(['sending', 'sent', 'delivered']);
    expect(receiver.received.at(-1)?.params).toEqual({
      MessageSid: message.sid,
      SmsSid: message.sid,
      MessageStatus: 'delivered',
      SmsStatus: 'delivered',
      AccountSid: accountSid,
      From: sender,
      To: to,
      ApiVersion: '2010-04-01',
      RawDlrDoneDate: expect.stringMatching(/^\d{10}$/),
    });
  });

  it('are signed over the whole address, its query included and its fragment not', async () => {
    await send(to, '/status?a=it%27s&b=1#rc=2&rp=5xx');

    const [first] = receiver.received;
    const signature = String(first?.headers['x-twilio-signature']);
    const url = `${receiver.url}/status?a=it%27s&b=1`;
    expect(first?.path).toBe('/status?a=it%27s&b=1');
    expect(validation.validateRequest(authToken, signature, url, first?.params ?? {})).toBe(true);
    expect(validation.validateRequest('another', signature, url, first?.params ?? {})).toBe(false);
  });

  it('carry the error of a message that was not delivered', async () => {
    await send('+12025550132');

    expect(receiver.received.at(-1)?.params).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '30006' });
  });

  it('are not repeated after a 500 by default, and leave a record', async () => {
    receiver.answers.next = () => ({ status: 500, body: '' });

    await send();

    expect(statuses()).toEqual(['sending', 'sent', 'delivered']);
    const thread = await fetch(`${simulator.handsetsUrl}/phones/${to}/messages`);
    expect(await thread.json()).toMatchObject({
      messages: [
        { webhookFailures: [{ event: 'sending', httpStatus: 500 }, { event: 'sent' }, { event: 'delivered' }] },
      ],
    });
  });

  it('are repeated with the same idempotency token when the fragment asks for it', async () => {
    let calls = 0;
    receiver.answers.next = () => ({ status: (calls += 1) === 1 ? 503 : 200, body: '' });

    await send(to, '/status#rc=3&rp=ct,rt,5xx');

    const tokens = receiver.received.map((webhook) => webhook.headers['i-twilio-idempotency-token']);
    expect(statuses()).toEqual(['sending', 'sending', 'sent', 'delivered']);
    expect(tokens[0]).toBe(tokens[1]);
    expect(new Set(tokens).size).toBe(3);
  });

  it('record a receiver that is not there', async () => {
    const address = receiver.url;
    await receiver.close();

    await twilioClient(simulator.url).messages.create({
      to,
      from: sender,
      body: 'Hi',
      statusCallback: `${address}/s#rc=0`,
    });
    await simulator.idle();

    const thread = await fetch(`${simulator.handsetsUrl}/phones/${to}/messages`);
    const failure = { httpStatus: null, detail: 'webhook unreachable: ECONNREFUSED' };
    expect(await thread.json()).toMatchObject({ messages: [{ webhookFailures: [failure, failure, failure] }] });
  });

  it.each([
    ['doubled', { doubledCallbackRate: 1 }, ['sending', 'sending', 'sent', 'sent', 'delivered', 'delivered']],
    ['reordered', { reorderedCallbackRate: 1 }, ['delivered', 'sent', 'sending']],
    ['lost', { lostCallbackRate: 1 }, []],
  ])('can be %s', async (_manner, faults, expected) => {
    simulator.setFaults(faults);

    await send();

    expect(statuses()).toEqual(expected);
  });

  it('can be late, and are waited for', async () => {
    simulator.setFaults({ delayedCallbackRate: 1, callbackDelayMs: 20 });

    await send();

    expect(new Set(statuses())).toEqual(new Set(['delivered', 'sending', 'sent']));
  });

  it('reach the receiver once for each of a thousand messages', async () => {
    const client = twilioClient(simulator.url);
    const statusCallback = `${receiver.url}/status`;
    const recipients = Array.from({ length: 1000 }, (_, index) => `+1202556${String(index).padStart(4, '0')}`);

    for (const recipient of recipients)
      await client.messages.create({ to: recipient, from: sender, body: 'Hi', statusCallback });
    await simulator.idle();

    const delivered = receiver.received.filter((webhook) => webhook.params.MessageStatus === 'delivered');
    expect(new Set(delivered.map((webhook) => webhook.params.To)).size).toBe(1000);
    expect(receiver.received.length).toBe(3000);
  }, 60_000);
});
