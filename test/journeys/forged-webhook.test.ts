import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { expect, inject, test } from 'vitest';
import { StoredTarget } from '../../shared/campaigns/target-store.ts';
import { statusCallbackUrl } from '../../shared/messages/status-callback.ts';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { campaignKeys, messageKeys } from '../../shared/platform/table/keys.ts';
import { importFile } from '../support/import-file.ts';
import { fileOf, phonesEnding } from '../support/made-up-phones.ts';
import { draftCampaign, startCampaign, targetsOf } from '../support/run-campaign.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { stackTable } from '../support/stack-table.ts';
import { waitFor } from '../support/wait-for.ts';

/** Posts a form as the provider does, with the signature of whoever holds `authToken`, and answers the status. */
const post = async (url: string, form: Record<string, string>, signature?: string) => {
  const body = new URLSearchParams(form).toString();
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (signature !== undefined) headers['x-twilio-signature'] = signature;
  return (await fetch(url, { method: 'POST', headers, body })).status;
};

/** One organization whose one contact was texted, and whose phone sends no receipts. */
const textedOnce = async () => {
  const { api, session } = await signUp();
  const provider = await connectProvider(api);
  const [phone = ''] = phonesEnding('0153', 1);
  const job = await importFile(api, { name: 'a.csv', content: fileOf([phone]), listName: 'One' });
  const campaignId = await draftCampaign(api, { listIds: [job.listId ?? ''], body: 'Hello' });
  await startCampaign(api, campaignId);
  const [target] = await waitFor(
    'the text',
    () => targetsOf(api, campaignId),
    ([first]) => first?.status === 'sent',
  );
  const organizationId = OrganizationId.parse(session.user.organization_id);
  return { api, provider, phone, campaignId, organizationId, messageId: target?.messageId ?? '' };
};

test('a status that the provider did not sign is refused and changes nothing', async () => {
  const { api, provider, phone, campaignId, organizationId, messageId } = await textedOnce();
  const stranger = await connectProvider((await signUp()).api);
  const table = await stackTable();
  const { attemptId = '' } = StoredTarget.parse(
    await table.get(campaignKeys.target(organizationId, campaignId, phone)),
  );
  const address = (id: string) =>
    statusCallbackUrl(inject('stack').webhookUrl, { organizationId, campaignId, target: phone, attemptId: id });
  const [url = ''] = address(attemptId).split('#');
  const form = { MessageSid: messageId, MessageStatus: 'delivered', AccountSid: provider.accountSid };
  const signed = getExpectedTwilioSignature(provider.authToken, url, form);

  const refused = [
    await post(url, form),
    await post(url, form, ''),
    await post(url, form, 'bm90IGEgc2lnbmF0dXJl'),
    await post(url, form, getExpectedTwilioSignature(stranger.authToken, url, form)),
    await post(url, { ...form, MessageStatus: 'undelivered' }, signed),
    await post(url, { ...form, More: '1' }, signed),
    await post(url.replace('/status', '/inbound'), form, signed),
    await post(`${url}&more=1`, form, signed),
    await post(url.replace(attemptId, campaignId), form, signed),
  ];

  expect(refused).toEqual(refused.map(() => 403));
  expect((await targetsOf(api, campaignId))[0]).toMatchObject({ status: 'sent', errorCode: null });
  expect(await post(url, form, signed)).toBe(204);
  await waitFor(
    'the signed status',
    () => targetsOf(api, campaignId),
    ([target]) => target?.status === 'delivered',
  );
});

test('a text that the provider did not sign is refused, kept nowhere, and stops nobody', async () => {
  const { provider, phone, organizationId } = await textedOnce();
  const stranger = await connectProvider((await signUp()).api);
  const url = `${inject('stack').webhookUrl}twilio/inbound`;
  const form = { MessageSid: `SM${'0'.repeat(32)}`, From: phone, To: provider.sender, Body: 'STOP' };
  const signed = getExpectedTwilioSignature(provider.authToken, url, { ...form, Body: 'Hello' });

  const refused = [
    await post(url, form),
    await post(url, form, signed),
    await post(url, form, getExpectedTwilioSignature(stranger.authToken, url, form)),
    await post(url, { ...form, To: stranger.sender }, getExpectedTwilioSignature(provider.authToken, url, form)),
    await post(url, { ...form, To: '+12025550100' }, signed),
    await post(url, { MessageSid: form.MessageSid }, signed),
  ];

  expect(refused).toEqual(refused.map(() => 403));
  const table = await stackTable();
  expect(await table.get(messageKeys.inbound(organizationId, phone, form.MessageSid))).toBeUndefined();
  expect(await table.get(messageKeys.gate(organizationId, phone))).not.toHaveProperty('optOut');
});

test('a webhook that comes again is answered as the first time and changes nothing', async () => {
  const { provider, phone, organizationId } = await textedOnce();
  const url = `${inject('stack').webhookUrl}twilio/inbound`;
  const send = async (MessageSid: string, Body: string) => {
    const form = { MessageSid, From: phone, To: provider.sender, Body, AccountSid: provider.accountSid };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-twilio-signature': getExpectedTwilioSignature(provider.authToken, url, form) },
      body: new URLSearchParams(form),
    });
    return [response.status, await response.text()];
  };
  const [stop, start] = [`SM${'1'.repeat(32)}`, `SM${'2'.repeat(32)}`];

  const first = await send(stop, 'STOP');
  await send(start, 'START');
  const again = await send(stop, 'STOP');

  expect(first).toEqual([200, expect.stringContaining('<Message>')]);
  expect(again).toEqual(first);
  const gate = await (await stackTable()).get(messageKeys.gate(organizationId, phone));
  expect(gate).not.toHaveProperty('optOut');
});
