import type { Audience } from '../contact-lists/audience.ts';
import type { MergeContact } from '../contacts/contacts-for-merge.ts';
import type { Clock } from '../platform/clock.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { campaignStore, type StoredCampaign } from './campaign-store.ts';
import { type CountChange, countStore } from './count-store.ts';
import { countNameOf } from './counts.ts';
import type { CampaignRunStep, RunProgress } from './jobs.ts';
import { customPrefix } from './merge-fields.ts';
import { type AudiencePage, runObjects } from './run-objects.ts';
import type { BlockReason } from './target.ts';
import { type StoredTarget, targetStore } from './target-store.ts';

/**
 * Recipients of a slice: fifty batches, enough for all senders at once, and planned in seconds. A million are 200
 * slices, well within the 25,000 events of an execution.
 */
const sliceSize = 5_000;

export interface PlanServices {
  table: Table;
  runs: Objects;
  clock: Clock;
  audience(organizationId: OrganizationId): Pick<Audience, 'page'>;
  contacts(organizationId: OrganizationId, contactIds: readonly string[]): Promise<ReadonlyMap<string, MergeContact>>;
}

const begun: RunProgress = { slice: -1, steps: 0, queued: 0, idlePasses: 0 };

/**
 * Writes the targets of a campaign's audience, slice by slice, until it is whole or `hasTime` says stop. A slice that
 * was begun and not counted is made again from the same page, and finds its own targets.
 */
export const planAudience = async (services: PlanServices, step: CampaignRunStep, hasTime: () => boolean) => {
  const store = campaignStore(services.table, step.organizationId);
  for (;;) {
    const campaign = await store.get(step.campaignId);
    const current = campaign?.status === 'running' && campaign.run === step.run;
    if (!campaign || !current) return { ...step, next: 'end' as const };
    if (campaign.planned) return { ...step, next: 'settle' as const, progress: begun };
    if (!hasTime()) return { ...step, next: 'plan' as const };
    await planSlice(services, step, campaign);
  }
};

const planSlice = async (
  services: PlanServices,
  { organizationId, campaignId }: CampaignRunStep,
  campaign: StoredCampaign,
) => {
  const { table, runs } = services;
  const store = campaignStore(table, organizationId);
  const slice = campaign.plannedSlices;
  const found = await services.audience(organizationId).page({
    listIds: campaign.listIds,
    ...(campaign.planPosition ? { after: campaign.planPosition } : {}),
    limit: sliceSize,
  });
  if (found.members.length === 0) return store.planOn(campaign, found.next, 0, []);
  const objects = runObjects(runs, organizationId, campaignId);
  const page = await objects.keepPage(slice, { members: found.members, next: found.next ?? null });
  const targets = await putTargets(services, organizationId, campaign, page);
  const change: CountChange = {};
  for (const { status, reason } of targets) {
    const name = countNameOf(status, reason ?? null);
    change[name] = (change[name] ?? 0) + 1;
  }
  await objects.putManifest(
    slice,
    targets.filter(({ status }) => status === 'queued').map(({ target }) => target),
  );
  const counted = countStore(table, organizationId).write(campaignId, slice, change, campaignId);
  return store.planOn(campaign, page.next ?? undefined, 1, counted);
};

/** Puts one target for each member of a page and answers them as they are stored. */
const putTargets = async (
  { table, clock, contacts }: PlanServices,
  organizationId: OrganizationId,
  campaign: StoredCampaign,
  { members }: AudiencePage,
): Promise<StoredTarget[]> => {
  const targets = targetStore(table, organizationId, campaign.id);
  const known = await contacts(
    organizationId,
    members.map(({ contactId }) => contactId),
  );
  const updatedAt = clock().toISOString();
  const make = (contactId: string, phone: string | null, reason: BlockReason | undefined): StoredTarget => ({
    target: phone === null || reason === 'duplicate' ? `contact:${contactId}` : phone,
    contactId,
    phone,
    slice: campaign.plannedSlices,
    merge: mergeValues(known.get(contactId), campaign.fields),
    updatedAt,
    ...(reason ? { status: 'blocked', reason, decidedAt: updatedAt } : { status: 'queued' }),
  });
  const contactIds = new Set(members.map(({ contactId }) => contactId));
  const phones = new Set<string>();
  const wanted = members.map(({ contactId, phone }) => {
    const again = phone !== null && phones.has(phone);
    if (phone !== null) phones.add(phone);
    return make(contactId, phone, again ? 'duplicate' : reasonAgainst(known.get(contactId), phone));
  });
  const stored = await insertOrFind(targets, wanted);
  // A phone that another contact's target holds: in an earlier slice, since phones changed hands between them.
  const doubles = wanted.filter(({ target, contactId }) => stored.get(target)?.contactId !== contactId);
  const asDoubles = await insertOrFind(
    targets,
    doubles.map(({ contactId, phone }) => make(contactId, phone, 'duplicate')),
  );
  // Whoever is met again in a later page was counted with the earlier one.
  return [...stored.values(), ...asDoubles.values()].filter(
    ({ slice, contactId }) => slice === campaign.plannedSlices && contactIds.has(contactId),
  );
};

/** Puts targets and answers what then stands under their keys: theirs, or what stood there before. */
const insertOrFind = async (store: ReturnType<typeof targetStore>, targets: readonly StoredTarget[]) => {
  const inserted = await store.insert(targets);
  const standing = await store.all(targets.filter((_, index) => !inserted[index]).map(({ target }) => target));
  return new Map([...targets, ...standing].map((target) => [target.target, target]));
};

const reasonAgainst = (contact: MergeContact | undefined, phone: string | null): BlockReason | undefined => {
  if (phone === null) return 'no_phone';
  if (!contact) return 'contact_deleted';
  return contact.status === 'inactive' ? 'contact_inactive' : undefined;
};

/** The values that the text asks for; what a contact doesn't have is absent, and the text's fallback stands in. */
const mergeValues = (contact: MergeContact | undefined, fields: readonly string[]) =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const value = contact?.fields[field.startsWith(customPrefix) ? field.slice(customPrefix.length) : field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
