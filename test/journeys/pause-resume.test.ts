import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { importFile } from '../support/import-file.ts';
import { fileOf, phoneAt } from '../support/made-up-phones.ts';
import { analyticsOf, draftCampaign, finishedCampaign, startCampaign, targetsOf } from '../support/run-campaign.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { startFaultyStack } from '../support/start-stack.ts';
import { waitFor } from '../support/wait-for.ts';

let own: Awaited<ReturnType<typeof startFaultyStack>>;
beforeAll(async () => {
  own = await startFaultyStack(inject('stack').assembly);
});
afterAll(() => own?.close());

const recipients = 200;

test('a paused campaign stops within a batch; resumed it sends to the rest, but not to who said STOP meanwhile', {
  timeout: 240_000,
}, async () => {
  const { api, send } = await signUp(own.addresses.apiUrl);
  const provider = await connectProvider(api, own.addresses.simulatorUrl);
  const phones = Array.from({ length: recipients }, (_, index) => phoneAt(index));
  const job = await importFile(api, { name: 'a.csv', content: fileOf(phones), listName: 'All' });
  const campaignId = await draftCampaign(api, { listIds: [job.listId ?? ''], body: 'First {{firstName}}' });
  const params = { campaignId };
  // Slow claims keep some recipients waiting until the pause is in.
  const { faults } = own.stack.runtime.gateway;
  const hurry = faults.add({ kind: 'delay', delayMs: 300, role: 'SendBatch', action: 'UpdateItem' });

  await startCampaign(api, campaignId);
  const isUnderWay = ({ counts }: Awaited<ReturnType<typeof analyticsOf>>) => counts.sent + counts.delivered > 0;
  await waitFor('the first texts', () => analyticsOf(api, campaignId), isUnderWay);
  const { data: paused } = await api.call(campaignRoutes.pauseCampaign, { params });
  // Groups that were begun come to their end; one that just read the campaign as running hasn't claimed anybody yet,
  // so nobody in `sending` is not enough: nobody moves any more for longer than a slow claim takes.
  let last = { seen: '', since: performance.now() };
  const stillFor = async () => {
    const targets = await targetsOf(api, campaignId);
    const seen = targets.map(({ phone, status }) => `${phone} ${status}`).join();
    if (seen !== last.seen || targets.some(({ status }) => status === 'sending'))
      last = { seen, since: performance.now() };
    return performance.now() - last.since;
  };
  await waitFor('the end of what was begun', stillFor, (milliseconds) => milliseconds > 4_000);
  hurry();
  const before = await provider.sent();
  const queued = (await targetsOf(api, campaignId)).filter(({ status }) => status === 'queued');
  const stopping = queued.slice(0, 3).map(({ phone }) => phone ?? '');
  for (const phone of stopping) await provider.reply(phone, 'STOP');
  const changed = await send('PUT', `/campaigns/${campaignId}`, { body: 'Second {{firstName}}' });
  const startedAgain = await send('POST', `/campaigns/${campaignId}/start`);
  const { data: resumed } = await api.call(campaignRoutes.resumeCampaign, { params });
  const counts = await finishedCampaign(api, campaignId, 150);

  expect([paused.status, resumed.status, changed.status, startedAgain.status]).toEqual(['paused', 'running', 200, 409]);
  expect(before.length + queued.length).toBe(recipients);
  expect(stopping).toHaveLength(3);
  expect(counts).toMatchObject({ total: recipients, delivered: recipients - 3, blocked: { opted_out: 3 } });
  const sent = await provider.sent();
  expect([sent.length, new Set(sent.map(({ to }) => to)).size]).toEqual([recipients - 3, recipients - 3]);
  expect(sent.filter(({ to }) => stopping.includes(to))).toEqual([]);
  // What was changed while it was paused counts for those who were still queued, and for nobody else.
  expect(sent.filter(({ body }) => body.startsWith('First'))).toHaveLength(before.length);
});

test('only what can be paused is paused, and only what is paused is resumed', async () => {
  const { api, send } = await signUp(own.addresses.apiUrl);
  const job = await importFile(api, { name: 'a.csv', content: fileOf([phoneAt(1)]), listName: 'One' });
  const campaignId = await draftCampaign(api, { listIds: [job.listId ?? ''], body: 'Hello' });
  const codeOf = async (verb: string) => {
    const { status, body } = await send('POST', `/campaigns/${campaignId}/${verb}`);
    return [status, Object(Object(body).error).code];
  };

  const draft = [await codeOf('pause'), await codeOf('resume'), await codeOf('start')];
  await connectProvider(api, own.addresses.simulatorUrl);
  await startCampaign(api, campaignId);
  await finishedCampaign(api, campaignId);
  const completed = [await codeOf('start'), await codeOf('pause'), await codeOf('resume')];

  // Without a provider even a start is refused.
  expect(draft).toEqual(draft.map(() => [409, 'CONFLICT']));
  expect(completed).toEqual(completed.map(() => [409, 'CONFLICT']));
});
