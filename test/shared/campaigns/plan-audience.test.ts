import { describe, expect, test } from 'vitest';
import { planAudience } from '../../../shared/campaigns/plan-audience.ts';
import { resumeStalled } from '../../../shared/campaigns/run-campaign.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { aCampaign, membersOf, phoneOf, recount } from '../../support/a-campaign.ts';
import { dyingTable, Killed } from '../../support/dying-table.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

describe('planning an audience', () => {
  test('writes one target for each member, with the values that the text asks for', async () => {
    const campaign = await aCampaign(table, { members: membersOf(3), body: 'Hi {{firstName}} of {{city|town}}' });
    campaign.pageSize.limit = 2;
    await campaign.runs.start(campaign.caller, campaign.campaignId);

    const answer = await planAudience(campaign.services, await campaign.step(), () => true);

    expect(answer).toMatchObject({ next: 'settle', progress: { slice: -1 } });
    const targets = await campaign.all();
    expect(targets.map(({ phone }) => phone).toSorted()).toEqual([phoneOf(0), phoneOf(1), phoneOf(2)]);
    expect(targets.map(({ slice }) => slice).toSorted()).toEqual([0, 0, 1]);
    expect(targets.every(({ merge }) => Object.keys(merge).join() === 'firstName')).toBe(true);
  });

  test('gives every member one outcome: also those without a phone, and second holders of one', async () => {
    const phone = phoneOf(7);
    const members = [null, phone, phone].map((of) => ({ contactId: systemIds.random(), phone: of }));
    const campaign = await aCampaign(table, { members: [...members, { contactId: systemIds.random(), phone }] });
    campaign.pageSize.limit = 3;
    await campaign.runs.start(campaign.caller, campaign.campaignId);

    await planAudience(campaign.services, await campaign.step(), () => true);

    expect(await campaign.counts()).toMatchObject({ total: 4, queued: 1, blocked: { no_phone: 1, duplicate: 2 } });
  });

  test('goes on where its time ran out', async () => {
    const campaign = await aCampaign(table, { members: membersOf(5) });
    campaign.pageSize.limit = 2;
    await campaign.runs.start(campaign.caller, campaign.campaignId);

    let looks = 0;
    const first = await planAudience(campaign.services, await campaign.step(), () => ++looks <= 1);
    const second = await planAudience(campaign.services, await campaign.step(), () => true);

    expect([first.next, second.next]).toEqual(['plan', 'settle']);
    expect(await campaign.counts()).toMatchObject({ total: 5, queued: 5 });
  });

  test('of a run that is no longer the campaign’s stops', async () => {
    const campaign = await aCampaign(table, { members: membersOf(1) });
    await campaign.runs.start(campaign.caller, campaign.campaignId);
    const step = await campaign.step();

    expect(await planAudience(campaign.services, { ...step, run: 7 }, () => true)).toMatchObject({ next: 'end' });
    expect(await campaign.counts()).toMatchObject({ total: 0 });
  });

  test('counts everybody once, at whatever call its worker dies, even when the audience changes meanwhile', async () => {
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; ; nth += 1) {
        const members = [...membersOf(3), { contactId: systemIds.random(), phone: null }, ...membersOf(1)];
        const campaign = await aCampaign(table, { members });
        campaign.pageSize.limit = 3;
        await campaign.runs.start(campaign.caller, campaign.campaignId);
        const dying = dyingTable(table, nth, when);
        const step = await campaign.step();

        const died = await planAudience({ ...campaign.services, table: dying.table }, step, () => true).then(
          () => false,
          (error: unknown) => error instanceof Killed,
        );
        members.reverse();
        await planAudience(campaign.services, step, () => true);

        const targets = await campaign.all();
        expect(await campaign.counts(), `${when} ${nth}`).toEqual(recount(targets));
        if (!died) break;
      }
  });
});

describe('a run that should run and does not', () => {
  test('is begun anew under another name, and the one that runs is left alone', async () => {
    const campaign = await aCampaign(table, { members: membersOf(1) });
    await campaign.runs.start(campaign.caller, campaign.campaignId);
    const started = () => campaign.started.filter((name) => name.startsWith(campaign.campaignId));

    await resumeStalled(campaign.services);
    campaign.later(61);
    await resumeStalled(campaign.services);
    expect(started()).toEqual([`${campaign.campaignId}-1`]);
    campaign.alive.clear();
    campaign.later(61);
    await resumeStalled(campaign.services);

    expect(started()).toEqual([`${campaign.campaignId}-1`, `${campaign.campaignId}-2`]);
    expect(await campaign.campaign()).toMatchObject({ run: 2, status: 'running' });
  });
});
