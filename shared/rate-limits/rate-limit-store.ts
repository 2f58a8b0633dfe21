import * as z from 'zod';
import type { LimitKind } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { lessThan, missing, or } from '../platform/table/expression.ts';
import { organizationKeys, rateLimitKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { limits, type Window } from './rate-limit.ts';

const Tier = z.object({ subscriptionTier: z.enum(['free', 'pro', 'enterprise']).default('free') });
const Counter = z.object({ used: z.number().default(0) });

/** How much of its limits an organization has used, by kind and window. */
export const rateLimitStore = (table: Table, organizationId: OrganizationId) => {
  const keyOf = (kind: LimitKind, { index }: Window) => rateLimitKeys.counter(organizationId, kind, index);
  return {
    /** The limit of the organization's tier, and how much of it is used. */
    read: async (kind: LimitKind, window: Window): Promise<{ limit: number; used: number }> => {
      const keys = [organizationKeys.organization(organizationId), keyOf(kind, window)];
      const [organization, counter] = await table.getAll(keys, { consistent: true });
      const { subscriptionTier } = Tier.parse(organization ?? {});
      return { limit: limits[subscriptionTier][kind], used: Counter.parse(counter ?? {}).used };
    },

    /** Takes `block` of the window, unless that would pass `limit`. Answers whether it was taken. */
    take: (kind: LimitKind, window: Window, block: number, limit: number): Promise<boolean> =>
      unlessRefused(() =>
        table.update(
          keyOf(kind, window),
          { add: { used: block }, set: { ttl: window.endsAt + 3600 } },
          or(missing('used'), lessThan('used', limit - block + 1)),
        ),
      ),
  };
};
