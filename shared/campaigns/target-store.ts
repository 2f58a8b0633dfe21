import * as z from 'zod';
import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, type Change, type Condition, equals } from '../platform/table/expression.ts';
import { asItem, type Item } from '../platform/table/item.ts';
import { campaignKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import { walk } from '../platform/table/walk.ts';
import { type CountChange, countStore } from './count-store.ts';
import { countNameOf } from './counts.ts';
import { TargetReason, TargetStatus } from './target.ts';

/** A recipient as it is kept: under 1 KB, since every write of a larger item costs twice. */
export const StoredTarget = z.object({
  contactId: z.uuid(),
  phone: z.string().nullable(),
  status: TargetStatus,
  /** The slice in which it is counted. */
  slice: z.number().int(),
  /** The values of the text's merge fields, as they were when the audience was planned. */
  merge: z.record(z.string(), z.string()),
  reason: TargetReason.optional(),
  detail: z.string().optional(),
  decidedAt: z.iso.datetime().optional(),
  /** The version of the campaign whose text was sent. */
  version: z.number().int().optional(),
  /** The one attempt that may have called the provider, and what it said. */
  attemptId: z.uuid().optional(),
  attemptedAt: z.iso.datetime().optional(),
  bodyHash: z.string().optional(),
  tries: z.number().int().optional(),
  /** Looks at the provider's books that found nothing. */
  looks: z.number().int().optional(),
  lookedAt: z.iso.datetime().optional(),
  messageId: z.string().optional(),
  errorCode: z.number().int().optional(),
  segments: z.number().int().optional(),
  updatedAt: z.iso.datetime(),
});
export type StoredTarget = z.infer<typeof StoredTarget> & { target: string };

/** A target goes from where it was read to somewhere else, if it still stands there. */
export interface Move {
  target: StoredTarget;
  to: { status: TargetStatus; reason?: TargetReason };
  set: Partial<Omit<StoredTarget, 'target' | 'status' | 'reason'>>;
  remove?: readonly (keyof StoredTarget)[];
}

/** Moves of one transaction: with a count for each, should all be of different slices, a hundred writes. */
export const mostMoves = 45;

const targetOf = (item: Item): StoredTarget => ({ ...StoredTarget.parse(item), target: item.sk });

/** The targets of an organization's campaigns. */
export const targetStore = (table: Table, organizationId: OrganizationId, campaignId: string) => {
  const key = (target: string) => campaignKeys.target(organizationId, campaignId, target);
  const counts = countStore(table, organizationId);

  const writesOf = (moves: readonly Move[], by: string): Write[] => {
    const changes = new Map<number, CountChange>();
    for (const { target, to } of moves) {
      const change = changes.get(target.slice) ?? {};
      const [from, into] = [
        countNameOf(target.status, target.reason ?? null),
        countNameOf(to.status, to.reason ?? null),
      ];
      change[from] = (change[from] ?? 0) - 1;
      change[into] = (change[into] ?? 0) + 1;
      changes.set(target.slice, change);
    }
    return [
      ...moves.map((move) => ({ update: key(move.target.target), change: changeOf(move), if: standsAs(move.target) })),
      ...[...changes].flatMap(([slice, change]) => counts.write(campaignId, slice, change, by)),
    ];
  };

  return {
    /** Puts targets that aren't there. Answers, in order, which were put. */
    insert: (targets: readonly StoredTarget[]) =>
      table.insertAll(targets.map(({ target, ...attributes }) => ({ ...key(target), ...attributes }))),

    all: async (targets: readonly string[]): Promise<StoredTarget[]> => {
      const items = await table.getAll([...new Set(targets)].map(key), { consistent: true });
      return items.flatMap((item) => (item ? [targetOf(item)] : []));
    },

    page: async (keep: ((target: StoredTarget) => boolean) | undefined, after: Position | undefined, limit: number) => {
      const partitions = campaignKeys.targetBuckets(organizationId, campaignId);
      const filter = keep ? { keep: (item: Item) => keep(targetOf(item)) } : {};
      const { items, next } = await walk(table, { partitions }, { after, limit, ...filter });
      return { items: items.map(targetOf), next };
    },

    /**
     * Claims a queued target for one attempt: of all that try, one is told true. A claim whose answer was lost
     * recognises its own attempt.
     */
    claim: async (
      target: string,
      attemptId: string,
      set: Record<string, unknown>,
    ): Promise<StoredTarget | undefined> => {
      try {
        const change = { set: { ...set, status: 'sending', attemptId }, add: { tries: 1 } };
        return targetOf(asItem(await table.update(key(target), change, equals('status', 'queued'))));
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const standing = StoredTarget.safeParse(error.item);
        const own = standing.success && standing.data.status === 'sending' && standing.data.attemptId === attemptId;
        return own ? { ...standing.data, target } : undefined;
      }
    },

    /**
     * Moves targets and their counts together. Those that no longer stand as they were read are left out and answered:
     * somebody else moved them first.
     */
    move: async (moves: readonly Move[], by: string): Promise<Move[]> => {
      let pending = [...moves];
      const refused: Move[] = [];
      while (pending.length > 0) {
        try {
          await table.transact(writesOf(pending, by));
          return refused;
        } catch (error) {
          if (!(error instanceof TransactionRefused)) throw error;
          refused.push(...pending.filter((_move, index) => error.refused.has(index)));
          pending = pending.filter((_move, index) => !error.refused.has(index));
        }
      }
      return refused;
    },
  };
};

const changeOf = ({ to, set, remove = [] }: Move): Change => ({
  set: { ...set, status: to.status, ...(to.reason ? { reason: to.reason } : {}) },
  remove: [...(to.reason ? [] : ['reason']), ...remove],
});

const standsAs = ({ status, attemptId }: StoredTarget): Condition =>
  attemptId === undefined ? equals('status', status) : and(equals('status', status), equals('attemptId', attemptId));
