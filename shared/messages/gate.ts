import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { gateStore } from './gate-store.ts';
import type { OptOut } from './opt-out.ts';

/** What a sender asks before it calls the provider. */
export interface Gate {
  /** Who of these (distinct) phones has opted out. */
  optOuts(phones: readonly string[]): Promise<ReadonlyMap<string, OptOut>>;
  /** The last word before the call: answers the opt-out that forbids it, or records the attempt. */
  pass(phone: string, attemptId: string, now: string): Promise<OptOut | undefined>;
  /** The provider knows of an opt-out that never reached us: from now on we know it too. */
  shutByProvider(phone: string, now: string): Promise<void>;
}

export const openGate = (table: Table, organizationId: OrganizationId): Gate => {
  const store = gateStore(table, organizationId);
  return {
    optOuts: store.optOuts,
    pass: store.pass,
    shutByProvider: (phone, now) =>
      table.transact([store.shutWrite(phone, { by: 'provider', matchedBy: 'provider', messageId: null, at: now })]),
  };
};
