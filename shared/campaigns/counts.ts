import * as z from 'zod';
import { type BlockReason, blockReasons, type TargetStatus } from './target.ts';

const count = z.number().int().min(0);

/** How many recipients of a campaign stand where: each is in exactly one, and all of them are `total`. */
export const CampaignCounts = z
  .object({
    total: count.meta({ description: 'Recipients planned so far; final once the campaign was planned' }),
    queued: count.meta({ description: 'Not sent yet, or being sent at this moment' }),
    sent: count.meta({ description: 'Accepted by the provider, without a receipt so far' }),
    delivered: count,
    undelivered: count,
    failed: count,
    unknown: count.meta({ description: 'May have been sent; never sent again by itself' }),
    blocked: z.record(z.enum(blockReasons), count).meta({ description: 'Not sent, by reason' }),
  })
  .meta({ id: 'CampaignCounts' });
export type CampaignCounts = z.infer<typeof CampaignCounts>;

/** The name under which a recipient is counted. `sending` counts as queued: the claim is one write, not two. */
export type CountName = Exclude<TargetStatus, 'sending' | 'blocked'> | `blocked_${BlockReason}`;

export const countNameOf = (status: TargetStatus, reason: string | null): CountName => {
  if (status === 'sending') return 'queued';
  if (status !== 'blocked') return status;
  const known = blockReasons.find((name) => name === reason);
  if (!known) throw new Error(`A target is blocked without a known reason: ${reason}`);
  return `blocked_${known}`;
};

/** One shard of a campaign's counts, as it is stored. */
export type Tally = Readonly<Record<string, number>>;

/** The sum of all shards. */
export const sumCounts = (tallies: readonly Tally[]): CampaignCounts => {
  const sum = (name: string) => tallies.reduce((total, tally) => total + (tally[name] ?? 0), 0);
  const blocked = Object.fromEntries(blockReasons.map((reason) => [reason, sum(`blocked_${reason}`)]));
  const counts = {
    queued: sum('queued'),
    sent: sum('sent'),
    delivered: sum('delivered'),
    undelivered: sum('undelivered'),
    failed: sum('failed'),
    unknown: sum('unknown'),
  };
  const all = [...Object.values(counts), ...Object.values(blocked)];
  return CampaignCounts.parse({ total: all.reduce((total, part) => total + part, 0), ...counts, blocked });
};
