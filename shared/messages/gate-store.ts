import * as z from 'zod';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { bulkOf, inFlight } from '../platform/table/bulk.ts';
import { and, differs, lessThan, missing, or } from '../platform/table/expression.ts';
import { messageKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { OptOut } from './opt-out.ts';

const Gate = z.object({
  optOut: OptOut.optional(),
  lastAttempt: z.object({ id: z.string(), at: z.iso.datetime() }).optional(),
  /** Those that passed. */
  attempts: z.number().default(0),
});

/**
 * The gates of an organization: one item a phone number, which every text passes on its way out and every opt-out
 * shuts. Both write the same item, so the two have an order, and nothing leaves after a recorded STOP.
 */
export const gateStore = (table: Table, organizationId: OrganizationId) => {
  const key = (phone: string) => messageKeys.gate(organizationId, phone);
  return {
    /** Who of these (distinct) phones has opted out, as of this moment. */
    optOuts: async (phones: readonly string[]): Promise<ReadonlyMap<string, OptOut>> => {
      const items = await table.getAll(phones.map(key), { consistent: true });
      return new Map(
        phones.flatMap((phone, index) => {
          const { optOut } = Gate.parse(items[index] ?? {});
          return optOut ? [[phone, optOut] as const] : [];
        }),
      );
    },

    /** How often each of these (distinct) phones was tried, and when last; a moment late. Those that never were are left out. */
    attempts: async (phones: readonly string[]): Promise<ReadonlyMap<string, { count: number; lastAt: string }>> => {
      const items = await table.getAll(phones.map(key));
      return new Map(
        phones.flatMap((phone, index) => {
          const { attempts, lastAttempt } = Gate.parse(items[index] ?? {});
          return lastAttempt ? [[phone, { count: attempts, lastAt: lastAttempt.at }] as const] : [];
        }),
      );
    },

    /** Lets one attempt pass, and counts it once. Answers the opt-out that stands in its way. */
    pass: async (phone: string, attemptId: string, now: string): Promise<OptOut | undefined> => {
      const change = { set: { lastAttempt: { id: attemptId, at: now } }, add: { attempts: 1 } };
      const first = or(missing('lastAttempt'), differs('lastAttempt.id', attemptId));
      try {
        await table.update(key(phone), change, and(missing('optOut'), first));
        return undefined;
      } catch (error) {
        // Without an opt-out it is this very attempt that passed, and whose answer was lost.
        if (error instanceof ConditionFailed) return Gate.parse(error.item).optOut;
        throw error;
      }
    },

    /** Shuts the gate; the first opt-out stays on record. */
    shutWrite: (phone: string, optOut: OptOut): Write => ({ update: key(phone), change: { setOnce: { optOut } } }),

    /** Shuts the gates of these (distinct) phones, in bulk, where nobody has opted out or come back since `optOut.at`. */
    shutAll: async (phones: readonly string[], optOut: OptOut): Promise<void> => {
      const items = phones.map((phone) => ({ ...key(phone), optOut }));
      const put = await bulkOf(table).insert(items);
      const there = phones.filter((_, index) => !put[index]);
      const before = or(missing('optedInAt'), lessThan('optedInAt', optOut.at));
      await mapConcurrently(there, inFlight, (phone) =>
        unlessRefused(() => table.update(key(phone), { set: { optOut } }, and(missing('optOut'), before))),
      );
    },

    /** Opens the gate, and keeps when: what is told later of an earlier opt-out doesn't shut it again. */
    openWrite: (phone: string, at: string): Write => ({
      update: key(phone),
      change: { remove: ['optOut'], set: { optedInAt: at } },
    }),
  };
};
