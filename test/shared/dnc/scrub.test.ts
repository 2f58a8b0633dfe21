import { expect, test } from 'vitest';
import { openAudience } from '../../../shared/contact-lists/audience.ts';
import { contactListStore } from '../../../shared/contact-lists/contact-list-store.ts';
import { memberItem } from '../../../shared/contact-lists/membership.ts';
import { createCleanList } from '../../../shared/dnc/create-clean-list.ts';
import { dncManagement } from '../../../shared/dnc/manage-lists.ts';
import { checkSlice, finishScrub, planScrub, type ScrubServices } from '../../../shared/dnc/run-scrub.ts';
import { getScrub, resumeScrubs, startScrub } from '../../../shared/dnc/start-scrub.ts';
import type { Executions } from '../../../shared/platform/executions.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { dueStore } from '../../../shared/platform/table/due.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const table = await localTable();
const now = new Date('2026-05-01T12:00:00.000Z');
const clock = () => now;

/** Executions that only remember their names: the steps are called by the tests. */
const rememberedExecutions = () => {
  const started: string[] = [];
  const executions: Executions = {
    start: async (name) => {
      started.push(name);
    },
    isRunning: async () => false,
  };
  return { started, executions };
};

const setUp = () => {
  const caller = aCaller(anOrganization());
  const { organizationId } = caller;
  const runs = memoryObjects();
  const audience = openAudience(table, runs, organizationId);
  const services: ScrubServices = { table, runs, clock, audience: () => audience };
  const { started, executions } = rememberedExecutions();
  const due = dueStore(table, 'scrubs');
  return {
    caller,
    audience,
    services,
    started,
    starts: { table, clock, ids: systemIds, executions, due, hasCampaign: async () => false, audience: () => audience },
    dnc: dncManagement(table, clock, systemIds),
    listOf: async (phones: readonly string[]) => {
      const id = systemIds.sequential();
      const at = '2026-01-01T00:00:00.000Z';
      await contactListStore(table, organizationId).create(
        {
          id,
          name: id,
          status: 'active',
          kind: 'plain',
          tags: [],
          sourceListIds: [],
          derivedLists: 0,
          createdBy: { id: caller.userId, name: caller.name },
          createdAt: at,
          updatedAt: at,
          version: 1,
        },
        phones.length,
      );
      const puts = phones.map((phone) =>
        memberItem(organizationId, id, { contactId: systemIds.random(), phone, addedAt: at, addedBy: caller.userId }),
      );
      await table.writeAll({ puts });
      return id;
    },
  };
};

const phonesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `+1202555${String(first + index).padStart(4, '0')}`);

test('a scrub counts the contacts on Do-Not-Call lists, and its clean list holds everybody else', async () => {
  const { caller, audience, services, starts, dnc, listOf, started } = setUp();
  const phones = phonesFrom(0, 2500);
  const listId = await listOf(phones);
  const company = await dnc.createList(caller, { name: 'Company', type: 'company', complianceLevel: 'internal' });
  for (const phoneNumber of phones.slice(10, 17)) await dnc.createEntry(caller, { listId: company.id, phoneNumber });

  const { scrubJobId } = await startScrub(starts, caller, {
    contactListIds: [listId],
    options: { createCleanList: true, cleanListName: 'Clean' },
  });
  const step = { organizationId: caller.organizationId, scrubId: scrubJobId };
  const plan = await planScrub(services, step, () => true);
  for (let slice = 0; slice < plan.slices; slice += 1) await checkSlice(services, step, slice);
  await checkSlice(services, step, 1);
  await finishScrub(services, step, createCleanList(table, clock, caller.organizationId));

  const scrub = await getScrub(table, caller, scrubJobId);
  expect(scrub).toMatchObject({
    status: 'completed',
    totalContacts: 2500,
    checkedContacts: 2500,
    matchedDNC: 7,
    cleanContacts: 2493,
    complianceRate: 99.7,
    listsChecked: ['Company'],
  });
  expect(started).toEqual([`${scrubJobId}-1`]);
  expect(await audience.countMembers(scrub.cleanListId ?? '')).toBe(2493);
  const { members } = await audience.page({ listIds: [scrub.cleanListId ?? ''], limit: 5000 });
  const clean = new Set(members.map(({ phone }) => phone));
  expect(phones.filter((phone) => !clean.has(phone))).toEqual(phones.slice(10, 17));
});

test('a plan that stops for want of time goes on where it stopped', async () => {
  const { caller, services, starts, listOf } = setUp();
  const listId = await listOf(phonesFrom(3000, 2100));
  const { scrubJobId } = await startScrub(starts, caller, {
    contactListIds: [listId],
    options: { createCleanList: false },
  });
  const step = { organizationId: caller.organizationId, scrubId: scrubJobId };
  let pages = 0;
  const first = await planScrub(services, step, () => pages++ < 1);
  const second = await planScrub(services, step, () => true);
  expect(first).toMatchObject({ planned: false, slices: 1 });
  expect(second).toMatchObject({ planned: true, slices: 3 });
  expect(await getScrub(table, caller, scrubJobId)).toMatchObject({ totalContacts: 2100 });
});

test('a scrub whose run ended without an end is begun again by the schedule, under a name of its own', async () => {
  const { caller, starts, listOf, started } = setUp();
  const listId = await listOf(phonesFrom(6000, 3));
  const { scrubJobId } = await startScrub(starts, caller, {
    contactListIds: [listId],
    options: { createCleanList: false },
  });
  const later = () => new Date(now.getTime() + 3600_000);
  await resumeScrubs({ ...starts, clock: later });
  expect(started).toContain(`${scrubJobId}-2`);
});

test('a number counts on a Do-Not-Call list once, until it expires or is taken off', async () => {
  const { caller, dnc } = setUp();
  const list = await dnc.createList(caller, { name: 'Company', type: 'company', complianceLevel: 'internal' });
  const entry = await dnc.createEntry(caller, {
    listId: list.id,
    phoneNumber: '(202) 555-0100',
    expiryDate: '2026-05-01T11:00:00.000Z',
  });
  expect(entry.status).toBe('expired');
  const again = await dnc.createEntry(caller, { listId: list.id, phoneNumber: '202-555-0100' });
  await expect(dnc.createEntry(caller, { listId: list.id, phoneNumber: '+12025550100' })).rejects.toMatchObject({
    code: 'DUPLICATE',
    details: { field: 'phoneNumber' },
  });
  expect(await dnc.list(caller, list.id)).toMatchObject({ contactCount: 1 });
  await expect(dnc.deleteList(caller, list.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(dnc.deleteEntry(caller, entry.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await dnc.deleteEntry(caller, again.id);
  expect(await dnc.list(caller, list.id)).toMatchObject({ contactCount: 0 });
  const page = { page: 1, limit: 50 };
  expect((await dnc.entries(caller, { ...page, search: '+12025550100' })).data).toEqual([]);
  await dnc.deleteList(caller, list.id);
});

test('a scrub for a campaign that is not there is refused by its field', async () => {
  const { caller, starts, listOf } = setUp();
  const listId = await listOf(phonesFrom(7000, 1));
  const asked = { campaignId: systemIds.random(), contactListIds: [listId], options: { createCleanList: false } };
  await expect(startScrub(starts, caller, asked)).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { field: 'campaignId' },
  });
});
