import type { Audience } from '../contact-lists/audience.ts';
import type { Clock } from '../platform/clock.ts';
import type { Objects } from '../platform/objects.ts';
import type { Table } from '../platform/table/table.ts';
import { dncMatches } from './dnc-matches.ts';
import type { ScrubStep } from './jobs.ts';
import { complianceRate } from './scrub.ts';
import { scrubObjects } from './scrub-objects.ts';
import { type StoredScrub, scrubStore } from './scrub-store.ts';

/** Contacts of a slice, the unit of checking: a child of the map does it in seconds. */
const sliceSize = 1000;

export interface ScrubServices {
  table: Table;
  runs: Objects;
  clock: Clock;
  audience(organizationId: ScrubStep['organizationId']): Audience;
}

const opened = async ({ table, runs }: ScrubServices, { organizationId, scrubId }: ScrubStep) => {
  const store = scrubStore(table, organizationId);
  const scrub = await store.get(scrubId);
  if (!scrub) throw new Error('The scrub is gone');
  return { store, scrub, objects: scrubObjects(runs, organizationId, scrubId) };
};

/**
 * Cuts the audience into slices until it is whole or `hasTime` says stop; a repetition goes on where the last slice
 * was recorded, and writes the one after it anew.
 */
export const planScrub = async (services: ScrubServices, step: ScrubStep, hasTime: () => boolean) => {
  const { store, objects, scrub: begun } = await opened(services, step);
  const audience = services.audience(step.organizationId);
  let scrub: StoredScrub = begun;
  while (!scrub.planned && hasTime()) {
    const page = await audience.page({
      listIds: scrub.contactListIds,
      ...(scrub.planPosition ? { after: scrub.planPosition } : {}),
      limit: sliceSize,
      asOf: scrub.createdAt,
    });
    const slices = page.members.length > 0 ? 1 : 0;
    if (slices > 0) await objects.putSlice(scrub.plannedSlices, page.members);
    const contacts = (scrub.plannedSlices === 0 ? 0 : scrub.totalContacts) + page.members.length;
    await store.planOn(scrub, { slices, contacts, position: page.next });
    ({ scrub } = await opened(services, step));
  }
  if (scrub.planned) await objects.putManifest(scrub.plannedSlices);
  return { planned: scrub.planned, slices: scrub.plannedSlices, manifestKey: objects.manifestKey };
};

/** Checks one slice against the scrub's Do-Not-Call lists and counts it, once. */
export const checkSlice = async (services: ScrubServices, step: ScrubStep, slice: number) => {
  const { store, scrub, objects } = await opened(services, step);
  const members = await objects.slice(slice);
  const phones = new Set(members.flatMap(({ phone }) => (phone === null ? [] : [phone])));
  const matches = await dncMatches(
    services.table,
    step.organizationId,
    [...phones],
    services.clock(),
    scrub.dncListIds,
  );
  const matched = members.filter(({ phone }) => phone !== null && matches.has(phone));
  await objects.putMatches(
    slice,
    matched.map(({ contactId }) => contactId),
  );
  await store.countSlice(step.scrubId, slice, { checked: members.length, matched: matched.length });
};

/**
 * Ends a scrub whose slices are all counted: gathers the matches, makes the clean list if one was asked for.
 * @throws Error when a slice is missing
 */
export const finishScrub = async (
  services: ScrubServices,
  step: ScrubStep,
  createCleanList: (scrub: StoredScrub, exclusionsKey: string) => Promise<string>,
) => {
  const { store, scrub, objects } = await opened(services, step);
  if (scrub.checkedContacts !== scrub.totalContacts)
    throw new Error(`Only ${scrub.checkedContacts} of ${scrub.totalContacts} contacts were checked`);
  let cleanListId: string | null = null;
  if (scrub.createCleanList) {
    await objects.gatherMatches(scrub.plannedSlices);
    cleanListId = await createCleanList(scrub, objects.exclusionsKey);
  }
  await store.end(step.scrubId, {
    status: 'completed',
    cleanListId,
    cleanContacts: scrub.totalContacts - scrub.matchedDNC,
    complianceRate: complianceRate(scrub.totalContacts, scrub.matchedDNC),
    completedAt: services.clock().toISOString(),
  });
};

/** Ends a scrub that could not be done, in words for whoever asked for it. */
export const failScrub = async (services: ScrubServices, step: ScrubStep) => {
  await scrubStore(services.table, step.organizationId).end(step.scrubId, {
    status: 'failed',
    failure: { code: 'SCRUB_FAILED', message: 'The scrub could not be finished; nothing was changed. Start it again.' },
    completedAt: services.clock().toISOString(),
  });
};
