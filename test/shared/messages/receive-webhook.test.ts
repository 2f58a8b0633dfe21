import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, test } from 'vitest';
import { gateStore } from '../../../shared/messages/gate-store.ts';
import { inboundStore } from '../../../shared/messages/inbound-store.ts';
import type { StatusReport } from '../../../shared/messages/jobs.ts';
import { type ProviderAccount, rememberAccounts } from '../../../shared/messages/provider-account.ts';
import { receiveWebhook } from '../../../shared/messages/receive-webhook.ts';
import { statusCallbackUrl } from '../../../shared/messages/status-callback.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();
const ours = '+12022255555';
const theirs = '+12025550123';
const token = 'the current token';

/** The webhook of an organization, and how it is called by whoever holds a token. */
const aWebhook = ({ authTokens = [token], keywordReplies = 'heliograph' }: Partial<ProviderAccount> = {}) => {
  const organizationId = anOrganization();
  let tokens = authTokens;
  const queued: StatusReport[] = [];
  const receive = receiveWebhook({
    table,
    clock: systemClock,
    ids: systemIds,
    organizationOf: async (sender) => (sender === ours ? organizationId : undefined),
    accounts: rememberAccounts(
      async (organization) => (organization === organizationId ? { authTokens: tokens, keywordReplies } : undefined),
      systemClock,
    ),
    nameOf: async () => 'Acme & Sons',
    reports: { send: async (_organization, reports) => void queued.push(...reports) },
  });
  const post = (address: string, form: Record<string, string>, signedWith = token) => {
    const url = address.replace(/#.*/, '');
    const { pathname: path, searchParams: query } = new URL(url);
    return receive({
      path,
      query,
      url,
      params: form,
      form,
      signature: getExpectedTwilioSignature(signedWith, url, form),
    });
  };
  const text = async (body: string, over: Record<string, string> = {}) => {
    const form = { MessageSid: `SM${systemIds.random()}`, From: theirs, To: ours, Body: body, ...over };
    return (await post('https://webhook.example/twilio/inbound', form))?.xml;
  };
  const optedOut = async () => (await gateStore(table, organizationId).optOuts([theirs])).get(theirs);
  const rotate = (...next: string[]) => {
    tokens = next;
  };
  return { organizationId, queued, post, text, optedOut, rotate };
};

const silence = expect.stringContaining('<Response/>');
const refusal = expect.objectContaining({ code: 'INVALID_SIGNATURE' });

describe('a person’s text', () => {
  test('of STOP shuts the gate, is confirmed once and kept', async () => {
    const { organizationId, text, optedOut } = aWebhook();

    const first = await text('Stop.', { MessageSid: 'SM1' });
    const second = await text('STOP');

    expect(first).toContain('Acme &amp; Sons: You are unsubscribed');
    expect(second).toEqual(silence);
    expect(await optedOut()).toMatchObject({ by: 'contact', matchedBy: 'keyword', messageId: 'SM1' });
    expect(await inboundStore(table, organizationId).get(theirs, 'SM1')).toMatchObject({
      body: 'Stop.',
      keyword: 'stop',
    });
  });

  test('of START opens it again', async () => {
    const { text, optedOut } = aWebhook();
    await text('please stop texting me');

    expect(await text('START')).toContain('subscribed again');

    expect(await optedOut()).toBeUndefined();
    expect(await text('START')).toEqual(silence);
  });

  test('that may be an opt-out is honoured and marked for review', async () => {
    const { organizationId, text, optedOut } = aWebhook();

    await text('can I cancel my appointment?', { MessageSid: 'SM1' });

    expect(await optedOut()).toMatchObject({ matchedBy: 'ambiguous' });
    expect(await inboundStore(table, organizationId).get(theirs, 'SM1')).toMatchObject({ needsReview: true });
  });

  test('that asks for nothing is kept and left unanswered', async () => {
    const { organizationId, text, optedOut } = aWebhook();

    expect(await text("don't stop", { MessageSid: 'SM1' })).toEqual(silence);

    expect(await optedOut()).toBeUndefined();
    expect(await inboundStore(table, organizationId).get(theirs, 'SM1')).toMatchObject({ keyword: null });
  });

  test.each([
    ['STOP', {}, false],
    ['opt out', {}, true],
    ['Stop.', {}, true],
    ['whatever', { OptOutType: 'STOP' }, false],
  ])('%s with %o, where the provider answers keywords, is answered by us: %s', async (body, over, answered) => {
    const { text, optedOut } = aWebhook({ keywordReplies: 'provider' });

    const answer = await text(body, over);

    expect(answer?.includes('<Message>')).toBe(answered);
    expect(await optedOut()).toBeDefined();
  });

  test('that comes again, byte for byte, changes nothing and is answered as the first time', async () => {
    const { text, optedOut } = aWebhook();
    const first = await text('STOP', { MessageSid: 'SM1' });
    await text('START', { MessageSid: 'SM2' });

    const [again, andAgain] = await Promise.all([
      text('STOP', { MessageSid: 'SM1' }),
      text('STOP', { MessageSid: 'SM1' }),
    ]);

    expect([again, andAgain]).toEqual([first, first]);
    expect(await optedOut()).toBeUndefined();
  });

  test('that is forged or for a number of nobody is refused, and nothing is kept', async () => {
    const { organizationId, post, optedOut } = aWebhook();
    const url = 'https://webhook.example/twilio/inbound';
    const form = { MessageSid: 'SM1', From: theirs, To: ours, Body: 'STOP' };

    await expect(post(url, form, 'a guess')).rejects.toEqual(refusal);
    await expect(post(url, { ...form, To: '+12022250000' })).rejects.toEqual(refusal);

    expect(await optedOut()).toBeUndefined();
    expect(await inboundStore(table, organizationId).get(theirs, 'SM1')).toBeUndefined();
  });
});

describe('a status', () => {
  const attempt = { campaignId: systemIds.random(), target: theirs, attemptId: systemIds.random() };
  const form = { MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30003' };

  test('is queued for the attempt that its address names, with either token of a rotation', async () => {
    const { organizationId, queued, post } = aWebhook({ authTokens: ['old token', token] });
    const address = statusCallbackUrl('https://webhook.example/', { organizationId, ...attempt });

    expect(await post(address, form)).toBeUndefined();
    for (const tellsNothing of ['sending', 'a status of next year'])
      await post(address, { ...form, MessageStatus: tellsNothing });

    expect(queued).toMatchObject([
      { organizationId, ...attempt, messageId: 'SM1', status: 'undelivered', errorCode: 30003 },
    ]);
  });

  test('signed with a token that was set a moment ago is taken at once', async () => {
    const { organizationId, queued, post, rotate } = aWebhook();
    const address = statusCallbackUrl('https://webhook.example/', { organizationId, ...attempt });
    await post(address, form);

    rotate('a new token');
    await post(address, form, 'a new token');

    expect(queued).toHaveLength(2);
  });

  test('that is forged, or signed for another organization, is refused', async () => {
    const { organizationId, queued, post } = aWebhook();
    const address = statusCallbackUrl('https://webhook.example/', { organizationId, ...attempt });
    const foreign = statusCallbackUrl('https://webhook.example/', { organizationId: anOrganization(), ...attempt });

    await expect(post(address, form, 'a guess')).rejects.toEqual(refusal);
    await expect(post(foreign, form)).rejects.toEqual(refusal);
    await expect(post('https://webhook.example/twilio/status?o=1', form)).rejects.toEqual(refusal);

    expect(queued).toEqual([]);
  });
});

test('any other address is not found', async () => {
  await expect(aWebhook().post('https://webhook.example/', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
