import { describe, expect, inject, test } from 'vitest';
import { campaignRoutes } from '../../../shared/campaigns/routes.ts';
import { contactListRoutes } from '../../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { analyticsOf, draftCampaign, finishedCampaign, runCampaign, targetsOf } from '../../support/run-campaign.ts';
import { signUp } from '../../support/sign-up.ts';
import { connectProvider } from '../../support/simulated-provider.ts';
import { waitFor } from '../../support/wait-for.ts';

/** An organization with a list of contacts, by their phones. */
const aList = async (phones: readonly string[] = []) => {
  const { api, send } = await signUp();
  const { data: list } = await api.call(contactListRoutes.createContactList, { body: { name: 'Voters' } });
  for (const phone of phones)
    await api.call(contactRoutes.createContact, { body: { phone, firstName: 'Ada', listIds: [list.id] } });
  return { api, send, listIds: [list.id] };
};

const codeOf = (body: unknown) => Object(Object(body).error).code;
const fieldOf = (body: unknown) => Object(Object(Object(body).error).details).field;

describe('a draft', () => {
  test('shows its segments and counts nobody yet', async () => {
    const { api, listIds } = await aList();

    const { data } = await api.call(campaignRoutes.createCampaign, {
      body: { name: 'First', listIds, body: `${'a'.repeat(160)} {{firstName|x}}` },
    });

    expect(data).toMatchObject({
      status: 'draft',
      segments: { encoding: 'GSM-7', count: 2 },
      counts: { total: 0 },
      version: 1,
    });
    expect((await api.call(campaignRoutes.listCampaigns, {})).data).toEqual([data]);
  });

  test.each([
    [{ body: 'Hi {{nickname}}' }, 'body'],
    [{ body: 'Hi {{firstName' }, 'body'],
    [{ body: 'x'.repeat(1601) }, 'body'],
    [{ body: '   ' }, 'body'],
    [{ listIds: ['0d1c8c3e-1111-4111-8111-000000000000'] }, 'listIds'],
    [{ listIds: [] }, 'listIds'],
    [{ sender: '+12025550199' }, 'sender'],
    [{ colour: 'red' }, 'colour'],
  ])('with %o is refused by the field', async (over, field) => {
    const { send, listIds } = await aList();

    const { status, body } = await send('POST', '/campaigns', { name: 'C', listIds, body: 'Hi', ...over });

    expect([status, codeOf(body), fieldOf(body)]).toEqual([422, 'VALIDATION_ERROR', field]);
  });

  test('is changed against its version, and deleted', async () => {
    const { api, send, listIds } = await aList();
    const id = await draftCampaign(api, { listIds, body: 'Hi' });

    const changed = await send('PUT', `/campaigns/${id}`, { body: 'Hello', version: 1 });
    const stale = await send('PUT', `/campaigns/${id}`, { body: 'Hey', version: 1 });
    const deleted = await send('DELETE', `/campaigns/${id}`);
    const gone = await send('GET', `/campaigns/${id}`);

    expect([changed.status, changed.body]).toMatchObject([200, { data: { body: 'Hello', version: 2 } }]);
    expect([stale.status, codeOf(stale.body)]).toEqual([409, 'STALE_VERSION']);
    expect([deleted.status, gone.status]).toEqual([200, 404]);
  });

  test('without an SMS provider is not started, and the answer says what to do', async () => {
    const { api, send, listIds } = await aList();
    const id = await draftCampaign(api, { listIds, body: 'Hi' });

    const { status, body } = await send('POST', `/campaigns/${id}/start`);

    expect([status, codeOf(body)]).toEqual([409, 'CONFLICT']);
    expect(JSON.stringify(body)).toContain('PUT /organizations/current/sms-provider');
  });
});

describe('a campaign that runs', () => {
  test('tells each recipient apart by how the provider dealt with them', async () => {
    // Of the simulator's numbers: delivered, switched off, never a receipt, refused, opted out at the provider.
    const phones = ['+12025550120', '+12025550130', '+12025550143', '+12025550145', '+12025550135'];
    const { api, listIds } = await aList(phones);
    const provider = await connectProvider(api);

    const { campaignId, counts } = await runCampaign(api, { listIds, body: 'Hi {{firstName}}' });

    const targets = await targetsOf(api, campaignId);
    const outcomes = targets.map(({ phone, status, reason, errorCode }) => [phone, status, reason, errorCode]);
    expect(outcomes).toHaveLength(5);
    expect(outcomes).toContainEqual(['+12025550120', 'delivered', null, null]);
    expect(outcomes).toContainEqual(['+12025550130', 'undelivered', 'carrier', 30003]);
    expect(outcomes).toContainEqual(['+12025550143', 'delivered', null, null]);
    expect(outcomes).toContainEqual(['+12025550145', 'delivered', null, null]);
    expect(outcomes).toContainEqual(['+12025550135', 'failed', 'opted_out', 21610]);
    expect(counts).toMatchObject({ total: 5, delivered: 3, undelivered: 1, failed: 1 });
    expect((await provider.sent()).map(({ to }) => to).toSorted()).toEqual(phones.toSorted());
  });

  test('lists its recipients by status with exact totals', async () => {
    const { api, send, listIds } = await aList(['+12025550120', '+12025550121']);
    await connectProvider(api);

    const { campaignId } = await runCampaign(api, { listIds, body: 'Hi' });
    const delivered = await send('GET', `/campaigns/${campaignId}/targets?status=delivered&limit=1`);
    const blocked = await send('GET', `/campaigns/${campaignId}/targets?status=blocked`);

    expect(delivered.body).toMatchObject({ pagination: { total: 2, pages: 2 }, data: [{ status: 'delivered' }] });
    expect(blocked.body).toMatchObject({ pagination: { total: 0 }, data: [] });
  });

  test('pauses, refuses what would need another plan, and resumes with the rest', async () => {
    const phones = Array.from({ length: 60 }, (_, index) => `+1202777${1000 + index}`);
    const { api, send, listIds } = await aList(phones);
    const provider = await connectProvider(api);
    const id = await draftCampaign(api, { listIds, body: 'Hi {{firstName}}' });

    await api.call(campaignRoutes.startCampaign, { params: { campaignId: id } });
    const again = await send('POST', `/campaigns/${id}/start`);
    await waitFor(
      'the first texts',
      () => analyticsOf(api, id),
      ({ counts }) => counts.total === 60,
    );
    const paused = await send('POST', `/campaigns/${id}/pause`);
    const others = await send('PUT', `/campaigns/${id}`, { listIds });
    const fields = await send('PUT', `/campaigns/${id}`, { body: 'Hi {{city}}' });
    const resumed = await send('POST', `/campaigns/${id}/resume`);
    const counts = await finishedCampaign(api, id);
    const over = await send('POST', `/campaigns/${id}/pause`);

    expect([again.status, codeOf(again.body)]).toEqual([409, 'CONFLICT']);
    expect([paused.status, others.status, fields.status, resumed.status, over.status]).toEqual([
      200, 409, 422, 202, 409,
    ]);
    expect(counts).toMatchObject({ total: 60, delivered: 60 });
    const sent = (await provider.sent()).map(({ to }) => to);
    expect(sent.toSorted()).toEqual(phones.toSorted());
  });

  test('skips whoever answered STOP, with the reason', async () => {
    const { api, listIds } = await aList(['+12025550120', '+12025550121']);
    const provider = await connectProvider(api);
    await runCampaign(api, { listIds, body: 'Hi' });

    const { webhook, answers } = await provider.reply('+12025550121', 'Stop please');
    const { campaignId, counts } = await runCampaign(api, { listIds, body: 'Again' });

    expect([webhook?.status, answers.length]).toEqual([200, 1]);
    expect(counts).toMatchObject({ total: 2, delivered: 1, blocked: { opted_out: 1 } });
    const skipped = (await targetsOf(api, campaignId)).find(({ phone }) => phone === '+12025550121');
    expect(skipped).toMatchObject({ status: 'blocked', reason: 'opted_out', messageId: null });
    expect(await provider.sent()).toHaveLength(3);
  });
});

test('a forged webhook is answered 403 without a body', async () => {
  const { webhookUrl } = inject('stack');
  const form = new URLSearchParams({ MessageSid: 'SM1', From: '+12025550120', To: '+12025550121', Body: 'STOP' });

  const response = await fetch(`${webhookUrl}twilio/inbound`, {
    method: 'POST',
    body: form,
    headers: { 'x-twilio-signature': 'guess' },
  });

  expect([response.status, await response.text()]).toEqual([403, '']);
});
