import { describe, expect, test } from 'vitest';
import { recordReports } from '../../../shared/campaigns/record-reports.ts';
import { sendBatch } from '../../../shared/campaigns/send-batch.ts';
import { openGate } from '../../../shared/messages/gate.ts';
import { gateStore } from '../../../shared/messages/gate-store.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { aCampaign, membersOf, phoneOf, recount } from '../../support/a-campaign.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { fakeProvider, seededRandom } from '../../support/fake-provider.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

type Campaign = Awaited<ReturnType<typeof aCampaign>>;

const recording = { table, gate: (organization: Parameters<typeof openGate>[1]) => openGate(table, organization) };

/** Phones that the provider accepted more than one message for. */
const writtenTwice = ({ fake }: Campaign) => {
  const phones = fake.accepted.map(({ to }) => to);
  return phones.filter((phone, index) => phones.indexOf(phone) !== index);
};

const optOut = (at: string) => ({ by: 'contact', matchedBy: 'keyword', messageId: 'SMx', at }) as const;

describe('a run', () => {
  test('sends to everybody once, with their own text, and counts them', async () => {
    const campaign = await aCampaign(table, {
      members: [...membersOf(130), { contactId: systemIds.random(), phone: null }],
    });

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();
    await recordReports(recording, campaign.fake.reports());

    expect(campaign.fake.accepted).toHaveLength(130);
    expect(new Set(campaign.fake.accepted.map(({ body }) => body)).size).toBeGreaterThan(100);
    expect(await campaign.counts()).toMatchObject({ total: 131, queued: 0, delivered: 130, blocked: { no_phone: 1 } });
    expect(await campaign.campaign()).toMatchObject({ status: 'completed' });
  });

  test('decides about opt-outs and Do-Not-Call at the moment of sending, and keeps what it rests on', async () => {
    const campaign = await aCampaign(table, {
      members: membersOf(3),
      over: {
        dncMatches: async () =>
          new Map([
            [phoneOf(1), { listName: 'Asked us not to' }],
            [phoneOf(0), { listName: 'x' }],
          ]),
      },
    });
    const gates = gateStore(table, campaign.organizationId);
    await table.transact([gates.shutWrite(phoneOf(0), optOut('2026-11-01T00:00:00.000Z'))]);

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(campaign.fake.accepted.map(({ to }) => to)).toEqual([phoneOf(2)]);
    const reasons = (await campaign.all()).map(({ phone, reason, detail }) => [phone, reason, detail]);
    expect(reasons).toContainEqual([phoneOf(0), 'opted_out', 'opted out 2026-11-01T00:00:00.000Z (by text)']);
    expect(reasons).toContainEqual([phoneOf(1), 'dnc', 'Asked us not to']);
  });

  test('leaves 429s queued for the next pass, and gives one that never passes up', async () => {
    const campaign = await aCampaign(table, { members: membersOf(4) });
    const busy = fakeProvider(
      () => new Date(),
      () => 'busy',
    );
    let calls = 0;
    const over = {
      ...busy.provider,
      send: async (message: Parameters<typeof busy.provider.send>[0]) => {
        calls += 1;
        return message.to === phoneOf(3) || calls < 4
          ? busy.provider.send(message)
          : campaign.fake.provider.send(message);
      },
    };
    campaign.sending.provider = async () => over;

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(writtenTwice(campaign)).toEqual([]);
    expect(await campaign.counts()).toMatchObject({ queued: 0, sent: 3, failed: 1 });
    expect((await campaign.all()).find(({ phone }) => phone === phoneOf(3))).toMatchObject({
      reason: 'too_busy',
      tries: 12,
    });
  });

  test('pauses itself when the account is refused, with everybody still queued', async () => {
    const campaign = await aCampaign(table, { members: membersOf(3) });
    campaign.sending.provider = async () => ({
      ...campaign.fake.provider,
      send: async () => ({ kind: 'refused', class: 'configuration', code: 20003, reason: 'Authenticate' }),
    });

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(await campaign.campaign()).toMatchObject({ status: 'paused', problem: { code: 'PROVIDER_REFUSED' } });
    expect(await campaign.counts()).toMatchObject({ queued: 3, failed: 0 });
    campaign.sending.provider = async () => campaign.fake.provider;
    await campaign.runs.resume(campaign.caller, campaign.campaignId);
    await campaign.run();
    expect(await campaign.counts()).toMatchObject({ queued: 0, sent: 3 });
  });

  test('takes a refusal for an opt-out that never reached us', async () => {
    const campaign = await aCampaign(table, { members: membersOf(1) });
    campaign.sending.provider = async () => ({
      ...campaign.fake.provider,
      send: async () => ({ kind: 'refused', class: 'opted_out', code: 21610, reason: 'unsubscribed' }),
    });

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(await campaign.all()).toMatchObject([{ status: 'failed', reason: 'opted_out', errorCode: 21610 }]);
    expect((await gateStore(table, campaign.organizationId).optOuts([phoneOf(0)])).get(phoneOf(0))).toMatchObject({
      by: 'provider',
    });
  });

  test('stops within a batch when it is paused, and resumes with the others only', async () => {
    const campaign = await aCampaign(table, { members: membersOf(100) });
    const { provider } = campaign.fake;
    campaign.sending.provider = async () => ({
      ...provider,
      send: async (message) => {
        if (campaign.fake.calls() === 10) await campaign.runs.pause(campaign.caller, campaign.campaignId);
        return provider.send(message);
      },
    });

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();
    const before = campaign.fake.accepted.length;
    await campaign.runs.resume(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(before).toBe(25);
    expect(campaign.fake.accepted).toHaveLength(100);
    expect(writtenTwice(campaign)).toEqual([]);
  });
});

describe('under faults', () => {
  const seeds = [1, 2, 3, 4, 5, 6];

  test.each(seeds)('nobody is written to twice and counts stay exact (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const campaign = await aCampaign(table, { members: membersOf(60) });
    const fake = fakeProvider(campaign.services.clock, () => {
      const draw = random();
      return draw < 0.15 ? 'busy' : draw < 0.25 ? 'error' : draw < 0.4 ? 'timeout after acceptance' : 'none';
    });
    // A sender that dies at some call of the first pass, before the call or with its answer lost.
    const dying = dyingTable(table, 5 + Math.floor(random() * 150), random() < 0.5 ? 'before' : 'after').table;
    const first = {
      ...campaign.sending,
      table: dying,
      gate: (id: Parameters<typeof openGate>[1]) => openGate(dying, id),
      provider: async () => fake.provider,
    };
    campaign.sending.provider = async () => fake.provider;

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run({ send: first });
    const reports = [...fake.reports(), ...fake.reports(['delivered', 'sent'])].toSorted(() => random() - 0.5);
    for (const report of reports) if (random() < 0.8) await recordReports(recording, [report]);
    await recordReports(recording, reports);

    const phones = fake.accepted.map(({ to }) => to);
    expect(phones.filter((phone, index) => phones.indexOf(phone) !== index)).toEqual([]);
    const targets = await campaign.all();
    expect(await campaign.counts()).toEqual(recount(targets));
    expect(await campaign.campaign()).toMatchObject({ status: 'completed' });
    // Everything that was accepted is known to be, and what wasn't is never called delivered.
    const known = targets.filter(({ status }) => status === 'delivered').map(({ phone }) => phone);
    expect(known.toSorted()).toEqual(phones.toSorted());
    expect(targets.filter(({ status }) => !['delivered', 'unknown', 'failed'].includes(status))).toEqual([]);
  });

  test('an unclear send is found in the provider’s books, and takes its id', async () => {
    const campaign = await aCampaign(table, { members: membersOf(2) });
    const fake = fakeProvider(campaign.services.clock, () => 'timeout after acceptance');
    campaign.sending.provider = async () => fake.provider;

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(fake.calls()).toBe(2);
    const ids = (await campaign.all()).map(({ status, messageId }) => [status, messageId]);
    expect(ids.toSorted()).toEqual(fake.accepted.map(({ messageId }) => ['sent', messageId]).toSorted());
  });

  test('one that is in no books stays unknown and is never sent again, until a callback tells', async () => {
    const campaign = await aCampaign(table, { members: membersOf(1) });
    const fake = fakeProvider(campaign.services.clock, () => 'timeout after acceptance');
    campaign.sending.provider = async () => ({ ...fake.provider, sentTo: async () => [] });

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();

    expect(await campaign.counts()).toMatchObject({ unknown: 1, queued: 0 });
    await recordReports(recording, fake.reports(['delivered']));
    expect([fake.calls(), await campaign.counts()]).toMatchObject([1, { unknown: 0, delivered: 1 }]);
  });

  test('the same batch delivered many times at once sends once', async () => {
    const campaign = await aCampaign(table, { members: membersOf(25) });
    const names = Array.from({ length: 25 }, (_, index) => phoneOf(index));
    campaign.pageSize.limit = 25;
    await campaign.runs.start(campaign.caller, campaign.campaignId);
    campaign.sending.provider = async () => undefined;
    await campaign.run();
    campaign.sending.provider = async () => campaign.fake.provider;
    await campaign.runs.resume(campaign.caller, campaign.campaignId);

    const step = await campaign.step();
    await Promise.all(Array.from({ length: 5 }, () => sendBatch(campaign.sending, step, names, () => true)));

    expect(campaign.fake.accepted).toHaveLength(25);
    expect(writtenTwice(campaign)).toEqual([]);
    expect(await campaign.counts()).toMatchObject({ sent: 25, queued: 0 });
  });

  test('nothing is claimed after a STOP was recorded, at whatever moment it comes', async () => {
    const campaign = await aCampaign(table, { members: membersOf(100) });
    const gates = gateStore(table, campaign.organizationId);
    const recorded = new Set<string>();
    const passedAfter: string[] = [];
    const gate = openGate(table, campaign.organizationId);
    campaign.sending.gate = () => ({
      ...gate,
      pass: async (phone, attemptId, now) => {
        const stopped = recorded.has(phone);
        const refusal = await gate.pass(phone, attemptId, now);
        if (stopped && !refusal) passedAfter.push(phone);
        return refusal;
      },
    });
    const random = seededRandom(4);
    const stop = async (phone: string) => {
      await table.transact([gates.shutWrite(phone, optOut('2026-11-21T12:00:00.000Z'))]);
      recorded.add(phone);
    };
    const { provider } = campaign.fake;
    const stops: Promise<void>[] = [];
    campaign.sending.provider = async () => ({
      ...provider,
      send: async (message) => {
        stops.push(stop(phoneOf(Math.floor(random() * 100))));
        return provider.send(message);
      },
    });

    await campaign.runs.start(campaign.caller, campaign.campaignId);
    await campaign.run();
    await Promise.all(stops);

    expect(passedAfter).toEqual([]);
    const blocked = (await campaign.all()).filter(({ reason }) => reason === 'opted_out');
    expect(blocked.length).toBeGreaterThan(5);
    expect(campaign.fake.accepted).toHaveLength(100 - blocked.length);
    expect(await campaign.counts()).toEqual(recount(await campaign.all()));
  });
});
