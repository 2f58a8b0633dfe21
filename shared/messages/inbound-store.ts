import type { OrganizationId } from '../platform/organization-id.ts';
import { missing } from '../platform/table/expression.ts';
import { messageKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { InboundMessage } from './message.ts';

/** The texts that people sent to an organization. */
export const inboundStore = (table: Table, organizationId: OrganizationId) => ({
  get: async (from: string, messageId: string) => {
    const item = await table.get(messageKeys.inbound(organizationId, from, messageId), { consistent: true });
    return item && InboundMessage.parse(item);
  },

  /** Keeps a text and does what it brings about, both or neither. Answers false when it was kept before. */
  keep: async (message: InboundMessage, effects: readonly Write[]) => {
    const key = messageKeys.inbound(organizationId, message.from, message.messageId);
    return unlessRefused(() => table.transact([{ put: { ...key, ...message }, if: missing('pk') }, ...effects]));
  },
});
