import { campaignStore } from '../../shared/campaigns/campaign-store.ts';
import { countStore } from '../../shared/campaigns/count-store.ts';
import { sumCounts } from '../../shared/campaigns/counts.ts';
import { campaignManagement } from '../../shared/campaigns/manage-campaigns.ts';
import { planAudience } from '../../shared/campaigns/plan-audience.ts';
import { campaignRuns } from '../../shared/campaigns/run-campaign.ts';
import { type SendServices, sendBatch } from '../../shared/campaigns/send-batch.ts';
import { settleRun } from '../../shared/campaigns/settle-run.ts';
import { type StoredTarget, targetStore } from '../../shared/campaigns/target-store.ts';
import type { MergeContact } from '../../shared/contacts/contacts-for-merge.ts';
import { openGate } from '../../shared/messages/gate.ts';
import { systemIds } from '../../shared/platform/id.ts';
import type { Objects } from '../../shared/platform/objects.ts';
import { dueStore } from '../../shared/platform/table/due.ts';
import { chunksOf } from '../../shared/platform/table/retry.ts';
import type { Table } from '../../shared/platform/table/table.ts';
import { aCaller } from './a-caller.ts';
import { fakeProvider } from './fake-provider.ts';
import { anOrganization } from './local-table.ts';
import { memoryObjects } from './memory-objects.ts';

export const sender = '+12022255555';
export const phoneOf = (index: number) => `+1202666${String(index).padStart(4, '0')}`;

type Member = { contactId: string; phone: string | null };

/**
 * An organization with one campaign over `members`, and the steps of its state machine as functions. Time stands
 * still but between passes; services may be replaced by others that fail.
 */
export const aCampaign = async (
  table: Table,
  {
    members,
    body = 'Hi {{firstName|there}}',
    over = {},
  }: { members: Member[]; body?: string; over?: Partial<SendServices> },
) => {
  const organizationId = anOrganization();
  const caller = aCaller(organizationId);
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock = () => new Date(now);
  const fake = fakeProvider(clock);
  const runs: Objects = memoryObjects();
  const started: string[] = [];
  const alive = new Set<string>();
  const executions = {
    start: async (name: string) => void (started.push(name), alive.add(name)),
    isRunning: async (name: string) => alive.has(name),
  };
  const pageSize = { limit: Number.POSITIVE_INFINITY };
  const audience = () => ({
    requireLists: async () => [],
    page: async ({ after, limit }: { after?: [number, string | null] | undefined; limit: number }) => {
      const start = after?.[0] ?? 0;
      const end = start + Math.min(limit, pageSize.limit);
      return {
        members: members.slice(start, end),
        next: end < members.length ? ([end, null] as [number, null]) : undefined,
      };
    },
  });
  const contacts = async (_organization: unknown, ids: readonly string[]) =>
    new Map(ids.map((id): [string, MergeContact] => [id, aContact(id)]));
  const world = { table, clock, ids: systemIds, runs, audience, contacts, executions };
  const due = dueStore(table, 'campaigns');
  const services = { ...world, senderOf: async () => sender, isClosing: async () => false, due };
  const sending: SendServices = {
    table,
    clock,
    ids: systemIds,
    gate: (organization) => openGate(table, organization),
    dncMatches: async () => new Map(),
    provider: async () => fake.provider,
    statusUrl: 'https://webhook.example/',
    reconcileAfterSeconds: 90,
    ...over,
  };
  const management = campaignManagement(services);
  const { id: campaignId } = await management.create(caller, {
    name: 'Campaign',
    listIds: [systemIds.random()],
    body,
  });
  const store = campaignStore(table, organizationId);
  const targets = targetStore(table, organizationId, campaignId);

  const step = async () => ({ organizationId, campaignId, run: (await store.get(campaignId))?.run ?? 0 });

  /** Everything that a run does until it ends: plan, passes, waits. Children that die are tolerated, as in the map. */
  const run = async (deaths: { send?: SendServices } = {}) => {
    const planned = await planAudience(services, await step(), () => true);
    if (planned.next !== 'settle') return;
    let progress = planned.progress;
    for (;;) {
      const next = await settleRun({ ...world, passWaitSeconds: 30 }, { ...(await step()), progress });
      if (next.next === 'end') return;
      progress = next.progress;
      if (next.next === 'wait') now += 30_000;
      else {
        const names = ((await runs.text(next.manifestKey)) ?? '').trim().split('\n');
        const batches = chunksOf(
          names.map((line) => String(JSON.parse(line).target)),
          100,
        );
        const { send = sending } = deaths;
        delete deaths.send;
        await Promise.all(
          batches.map(async (batch) => sendBatch(send, await step(), batch, () => true).catch(() => undefined)),
        );
      }
    }
  };

  const all = async (): Promise<StoredTarget[]> => (await targets.page(undefined, undefined, 100_000)).items;
  const counts = async () => sumCounts(await countStore(table, organizationId).all(campaignId));

  return {
    organizationId,
    caller,
    campaignId,
    fake,
    services,
    sending,
    management,
    runs: campaignRuns(services),
    started,
    alive,
    pageSize,
    run,
    step,
    targets,
    all,
    counts,
    campaign: () => store.get(campaignId),
    later: (seconds: number) => {
      now += seconds * 1000;
    },
  };
};

/** As many members as asked for, each with a phone of its own. */
export const membersOf = (count: number): Member[] =>
  Array.from({ length: count }, (_, index) => ({ contactId: systemIds.random(), phone: phoneOf(index) }));

const aContact = (id: string): MergeContact => {
  return { id, phone: null, status: 'active', state: null, zip: null, fields: { firstName: `N${id.slice(0, 4)}` } };
};

/** The counts as they follow from the targets themselves, to hold the counters against. */
export const recount = (targets: readonly StoredTarget[]) => {
  const tally: Record<string, number> = {};
  for (const { status, reason } of targets) {
    const name = status === 'blocked' ? `blocked_${reason}` : status === 'sending' ? 'queued' : status;
    tally[name] = (tally[name] ?? 0) + 1;
  }
  return sumCounts([tally]);
};
