import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { missing } from '../platform/table/expression.ts';
import { messageKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { OptOut } from './opt-out.ts';

const Gate = z.object({ optOut: OptOut.optional() });

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

    /** Lets one attempt pass. Answers the opt-out that stands in its way. */
    pass: async (phone: string, attemptId: string, now: string): Promise<OptOut | undefined> => {
      try {
        await table.update(key(phone), { set: { lastAttempt: { id: attemptId, at: now } } }, missing('optOut'));
        return undefined;
      } catch (error) {
        if (error instanceof ConditionFailed) return Gate.parse(error.item).optOut;
        throw error;
      }
    },

    /** Shuts the gate; the first opt-out stays on record. */
    shutWrite: (phone: string, optOut: OptOut): Write => ({ update: key(phone), change: { setOnce: { optOut } } }),

    openWrite: (phone: string): Write => ({ update: key(phone), change: { remove: ['optOut'] } }),
  };
};
