import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { killOnCall } from '../../lib/local/lambda/kill-on-call.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { importFile } from '../support/import-file.ts';
import { fileOf, phoneAt, phonesEnding } from '../support/made-up-phones.ts';
import { draftCampaign, finishedCampaign, startCampaign, targetsOf } from '../support/run-campaign.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { startFaultyStack } from '../support/start-stack.ts';
import { waitFor } from '../support/wait-for.ts';

let faulty: Awaited<ReturnType<typeof startFaultyStack>>;
beforeAll(async () => {
  faulty = await startFaultyStack(inject('stack').assembly);
});
afterEach(() => {
  faulty.stack.runtime.gateway.faults.clear();
  faulty.simulator.resetFaults();
});
afterAll(() => faulty?.close());

/** A draft to these phones, in an organization of its own. */
const campaignTo = async (phones: readonly string[]) => {
  const { api } = await signUp(faulty.addresses.apiUrl);
  const provider = await connectProvider(api, faulty.addresses.simulatorUrl);
  const job = await importFile(api, { name: 'all.csv', content: fileOf(phones), listName: 'All' });
  const campaignId = await draftCampaign(api, {
    listIds: [job.listId ?? ''],
    body: 'Hi {{firstName}}, doors open at 6.',
  });
  return { api, provider, campaignId };
};

/** Who was texted, each as often as they were. */
const texted = async ({ provider }: Awaited<ReturnType<typeof campaignTo>>) =>
  (await provider.sent()).map(({ to }) => to).toSorted();

const phones = (count: number) => Array.from({ length: count }, (_, index) => phoneAt(index));
const sender = 'campaigns/send-batch.task';

test('senders that are killed while the provider fails too text nobody twice, and every recipient ends somewhere', {
  timeout: 240_000,
}, async () => {
  const campaign = await campaignTo(phones(200));
  const { api, campaignId } = campaign;
  const { runtime } = faulty.stack;
  faulty.simulator.setFaults({
    seed: 7,
    rateLimitedRate: 0.1,
    serverErrorRate: 0.03,
    timeoutAfterAcceptanceRate: 0.03,
    doubledCallbackRate: 0.1,
    delayedCallbackRate: 0.05,
    callbackDelayMs: 1000,
    reorderedCallbackRate: 0.1,
  });
  killOnCall(runtime, { functionName: 'campaigns/plan-audience.task', nth: 4 });
  killOnCall(runtime, { functionName: 'campaigns/settle-run.task', nth: 2 });
  killOnCall(runtime, { functionName: sender, nth: 15, action: 'UpdateItem' });
  killOnCall(runtime, { functionName: sender, nth: 3, action: 'TransactWriteItems', phase: 'before' });
  killOnCall(runtime, { functionName: sender, nth: 6, action: 'TransactWriteItems' });

  await startCampaign(api, campaignId);
  const counts = await finishedCampaign(api, campaignId, 200);
  const targets = await targetsOf(api, campaignId);

  expect(faulty.kills()).toBeGreaterThanOrEqual(5);
  const sent = await texted(campaign);
  expect(new Set(sent).size).toBe(sent.length);
  // A receipt for everybody who was texted; nobody else's state claims it.
  const phonesWith = (status: string) =>
    targets.flatMap((target) => (target.status === status ? [target.phone ?? ''] : [])).toSorted();
  expect(phonesWith('delivered')).toEqual(sent);
  expect(phonesWith('delivered').length + phonesWith('unknown').length).toBe(200);
  expect(counts).toMatchObject({ total: 200, queued: 0, sent: 0, delivered: sent.length, unknown: 200 - sent.length });
});

test('each way in which the provider fails ends in the state that it means', { timeout: 240_000 }, async () => {
  const each = 3;
  const expected = {
    '0130': ['undelivered', 'carrier', 1],
    '0133': ['undelivered', 'filtered', 1],
    '0135': ['failed', 'opted_out', 1],
    '0136': ['failed', 'carrier', 1],
    '0137': ['sent', null, 1],
    '0140': ['failed', 'too_busy', 0],
    '0141': ['unknown', 'not_found', 0],
    '0142': ['delivered', null, 1],
    '0143': ['delivered', null, 1],
    '0144': ['unknown', 'not_found', 0],
    '0145': ['delivered', null, 1],
    '0146': ['delivered', null, 1],
    '0150': ['delivered', null, 1],
    '0151': ['delivered', null, 1],
    '0152': ['delivered', null, 1],
    '0153': ['sent', null, 1],
  } as const;
  const endings = ['0130', '0133', '0135', '0136', '0137', '0140', '0141', '0142'] as const;
  const others = ['0143', '0144', '0145', '0146', '0150', '0151', '0152', '0153'] as const;
  const all = [...endings, ...others];
  const campaign = await campaignTo(all.flatMap((ending) => phonesEnding(ending, each)));
  const { api, campaignId } = campaign;
  const standing = async () => {
    const [targets, sent] = [await targetsOf(api, campaignId), await texted(campaign)];
    return Object.fromEntries(
      all.map((ending) => {
        const those = targets.filter(({ phone }) => phone?.endsWith(ending));
        const states = new Set(those.map(({ status, reason }) => `${status} ${reason}`));
        return [ending, [[...states].join(', '), sent.filter((phone) => phone.endsWith(ending)).length]];
      }),
    );
  };
  const wanted = Object.fromEntries(
    all.map((ending) => [ending, [expected[ending].slice(0, 2).map(String).join(' '), expected[ending][2] * each]]),
  );

  await startCampaign(api, campaignId);
  const settled = await waitFor(
    'every outcome',
    standing,
    (value) => JSON.stringify(value) === JSON.stringify(wanted),
    200,
  ).catch(standing);

  expect(settled).toEqual(wanted);
  // What the provider refused for good is known from then on: the next campaign doesn't ask again.
  const [optedOut = ''] = phonesEnding('0135', 1);
  const next = await draftCampaign(api, { listIds: await listsOf(campaign), body: 'Again' });
  await startCampaign(api, next);
  const again = await waitFor(
    'the opt-out',
    () => targetsOf(api, next),
    (targets) => targets.find(({ phone }) => phone === optedOut)?.status === 'blocked',
  );
  expect(again.find(({ phone }) => phone === optedOut)?.reason).toBe('opted_out');
});

const listsOf = async ({ api, campaignId }: Awaited<ReturnType<typeof campaignTo>>) =>
  (await api.call(campaignRoutes.getCampaign, { params: { campaignId } })).data.listIds;

test('whoever says STOP while a campaign runs is not claimed any more', { timeout: 240_000 }, async () => {
  const campaign = await campaignTo(phones(400));
  const { api, provider, campaignId } = campaign;
  const { faults } = faulty.stack.runtime.gateway;
  // Slow claims keep some recipients waiting until the STOPs are in.
  const hurry = faults.add({ kind: 'delay', delayMs: 500, role: 'SendBatch', action: 'UpdateItem' });
  await startCampaign(api, campaignId);
  const queued = await waitFor(
    'the campaign to be under way',
    () => targetsOf(api, campaignId),
    (targets) => targets.some(({ status }) => status === 'sent' || status === 'delivered'),
  );
  const waiting = queued.flatMap(({ status, phone }) => (status === 'queued' && phone ? [phone] : []));

  const stopped = new Map<string, string>();
  for (const phone of waiting.filter((_, index) => index % Math.ceil(waiting.length / 8) === 0)) {
    await provider.reply(phone, 'STOP');
    stopped.set(phone, new Date().toISOString());
  }
  hurry();
  const counts = await finishedCampaign(api, campaignId, 150);
  const targets = await targetsOf(api, campaignId);

  const sent = await texted(campaign);
  const blocked = targets.filter(({ reason }) => reason === 'opted_out');
  expect(blocked.length).toBeGreaterThan(0);
  for (const { phone, status, decidedAt } of targets.filter((target) => stopped.has(target.phone ?? ''))) {
    expect(sent.filter((to) => to === phone)).toHaveLength(status === 'blocked' ? 0 : 1);
    if (status !== 'blocked') expect(String(decidedAt) <= String(stopped.get(phone ?? ''))).toBe(true);
  }
  expect(counts).toMatchObject({ total: 400, delivered: 400 - blocked.length, blocked: { opted_out: blocked.length } });
  expect(new Set(sent).size).toBe(400 - blocked.length);
});

test.each(['before', 'after'] as const)(
  'a STOP is taken though its webhook is killed %s it is recorded',
  async (phase) => {
    const phone = phoneAt(1);
    const { api, provider, campaignId } = await campaignTo([phone]);
    const webhook = 'messages/twilio.webhook';
    killOnCall(faulty.stack.runtime, { functionName: webhook, nth: 1, action: 'TransactWriteItems', phase });

    const reply = await provider.reply(phone, 'STOP');
    await startCampaign(api, campaignId);
    const counts = await finishedCampaign(api, campaignId);

    expect(reply.webhook).toEqual({ ok: true, status: 200, attempts: 2 });
    expect(reply.answers).toHaveLength(1);
    expect(counts).toMatchObject({ total: 1, blocked: { opted_out: 1 } });
    expect(await provider.sent()).toEqual([]);
  },
);
