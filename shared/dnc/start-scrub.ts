import { auditWrites } from '../audit-logs/audit.ts';
import type { Audience } from '../contact-lists/audience.ts';
import { countOfContacts } from '../contacts/find-contacts.ts';
import { invalidField, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { isoAfter } from '../platform/clock.ts';
import type { Executions } from '../platform/executions.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { dncStore } from './dnc-store.ts';
import type { ScrubStep } from './jobs.ts';
import type { NewScrub, Scrub } from './scrub.ts';
import { type StoredScrub, scrubStore } from './scrub-store.ts';

/** When a run is looked after: far longer than a scrub of 10,000 takes, so that only what stands still is begun again. */
const lookAfterSeconds = 300;
/** Contacts checked a second, as measured for an estimate and no more. */
const checkedPerSecond = 2_000;

export interface ScrubStarts {
  table: Table;
  clock: Clock;
  ids: Ids;
  executions: Executions;
  due: ReturnType<typeof dueStore>;
  hasCampaign(organizationId: OrganizationId, campaignId: string): Promise<boolean>;
  audience(organizationId: OrganizationId): Pick<Audience, 'requireLists' | 'countMembers'>;
}

/** Asks for a scrub: the job and its watch stand before the run begins, so that none is forgotten. */
export const startScrub = async (
  services: ScrubStarts,
  caller: Caller,
  { campaignId, contactListIds, dncListIds, options }: NewScrub,
) => {
  const { table, clock, ids, due } = services;
  const audience = services.audience(caller.organizationId);
  await audience.requireLists(contactListIds);
  if (campaignId !== undefined && !(await services.hasCampaign(caller.organizationId, campaignId)))
    throw invalidField('campaignId', 'campaignId: no such campaign');
  // Of several lists or a segment a bound above, until the plan has met who is in them.
  const counts = await Promise.all(contactListIds.map((listId) => audience.countMembers(listId)));
  const totalContacts = counts.includes(null)
    ? await countOfContacts(table, caller.organizationId)
    : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const lists = await dncStore(table, caller.organizationId).lists();
  const unknown = dncListIds?.findIndex((listId) => !lists.some(({ id }) => id === listId)) ?? -1;
  if (unknown >= 0) throw invalidField(`dncListIds.${unknown}`, `dncListIds.${unknown}: no such DNC list`);
  const checked = lists.filter((list) => (dncListIds ? dncListIds.includes(list.id) : list.status === 'active'));
  const now = clock();
  const id = ids.sequential();
  const scrub: StoredScrub = {
    id,
    campaignId: campaignId ?? null,
    status: 'processing',
    totalContacts,
    checkedContacts: 0,
    matchedDNC: 0,
    cleanContacts: 0,
    complianceRate: null,
    contactListIds: [...new Set(contactListIds)],
    listsChecked: checked.map(({ name }) => name),
    dncListIds: checked.map((list) => list.id),
    createCleanList: options.createCleanList,
    cleanListName: options.cleanListName ?? `Clean list ${now.toISOString().slice(0, 16)} ${id.slice(-4)}`,
    cleanListId: null,
    failure: null,
    createdAt: now.toISOString(),
    createdBy: { id: caller.userId, name: caller.name },
    completedAt: null,
    runs: 1,
    plannedSlices: 0,
    planPosition: null,
    planned: false,
  };
  const step: ScrubStep = { organizationId: caller.organizationId, scrubId: id };
  await table.transact([
    scrubStore(table, caller.organizationId).createWrite(scrub),
    due.watch(step.organizationId, id, isoAfter(now, lookAfterSeconds)),
    ...auditWrites({ clock, ids }, caller, {
      action: 'scrub_started',
      resource: 'scrub',
      resourceId: id,
      details: { contactListIds, listsChecked: scrub.listsChecked, totalContacts },
    }),
  ]);
  await services.executions.start(`${id}-1`, { ...step });
  return {
    scrubJobId: id,
    status: scrub.status,
    totalContacts,
    estimatedCompletion: isoAfter(now, 5 + Math.ceil(totalContacts / checkedPerSecond)),
  };
};

/** @throws AppError NOT_FOUND */
export const getScrub = async (table: Table, caller: Caller, scrubId: string): Promise<Scrub> => {
  const scrub = await scrubStore(table, caller.organizationId).get(scrubId);
  if (!scrub) throw notFound('Scrub');
  return scrub;
};

/** Begins anew whatever should run and doesn't: a repetition goes on where the last run stopped. */
export const resumeScrubs = async ({
  table,
  clock,
  executions,
  due,
}: Omit<ScrubStarts, 'audience' | 'hasCampaign' | 'ids'>) => {
  const now = clock();
  let resumed = 0;
  for (const item of await due.due(now, 25)) {
    const store = scrubStore(table, item.organizationId);
    const scrub = await store.get(item.id);
    if (!scrub || scrub.status !== 'processing') {
      await due.done(item);
      continue;
    }
    if (!(await executions.isRunning(`${item.id}-${scrub.runs}`))) {
      const run = await store.nextRun(item.id);
      await executions.start(`${item.id}-${run}`, { organizationId: item.organizationId, scrubId: item.id });
      resumed += 1;
    }
    await due.postpone(item, isoAfter(now, lookAfterSeconds));
  }
  return { resumed };
};
