import type { Position } from '../platform/http/page.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, missing } from '../platform/table/expression.ts';
import { invitationKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { walk } from '../platform/table/walk.ts';
import { Invitation } from './invitation.ts';

/** The invitations of an organization. */
export const invitationStore = (table: Table, organizationId: OrganizationId) => ({
  get: async (invitationId: string): Promise<Invitation | undefined> => {
    const item = await table.get(invitationKeys.invitation(organizationId, invitationId), { consistent: true });
    return item && Invitation.parse(item);
  },

  /** The newest first. */
  page: async (after: Position | undefined, limit: number) => {
    const partitions = [invitationKeys.invitations(organizationId)];
    const { items, next } = await walk(table, { partitions, reverse: true }, { after, limit });
    return { items: items.map((item) => Invitation.parse(item)), next };
  },

  /** The write that makes an invitation. */
  create: (invitation: Invitation): Write => ({
    put: { ...invitationKeys.invitation(organizationId, invitation.id), ...invitation },
    if: missing('pk'),
  }),

  /** The write that changes a pending invitation, refused once it was redeemed, revoked or sent anew. */
  revise: (before: Invitation, after: Invitation): Write => ({
    put: { ...invitationKeys.invitation(organizationId, after.id), ...after, version: before.version + 1 },
    if: and(equals('status', 'pending'), equals('version', before.version)),
  }),
});
