import * as z from 'zod';
import { mostRolesOfUser } from '../auth-users/auth-user.ts';
import { OrganizationId } from '../platform/organization-id.ts';

/** How long an invitation can be redeemed. */
export const invitationSeconds = 7 * 24 * 3600;

/** An invitation into an organization, as it is stored: its secret as a hash only. */
export const Invitation = z.object({
  id: z.uuid(),
  email: z.string(),
  fullName: z.string().optional(),
  /** Names of built-in roles, ids of others. */
  roles: z.array(z.string()),
  /** How the roles were called when they were chosen. */
  roleNames: z.array(z.string()),
  secretHash: z.string(),
  status: z.enum(['pending', 'accepted', 'revoked']),
  invitedBy: z.object({ id: z.uuid(), name: z.string() }),
  acceptedBy: z.uuid().optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  version: z.number().int(),
});
export type Invitation = z.infer<typeof Invitation>;

const role = z.string().trim().min(1).max(100);

export const NewInvitation = z
  .strictObject({
    email: z.email().max(255),
    fullName: z.string().trim().min(1).max(200).optional(),
    role: role.optional().meta({ description: 'Name of a built-in role, or id of a role' }),
    roles: z.array(role).min(1).max(mostRolesOfUser).optional(),
  })
  .refine((body) => (body.role === undefined) !== (body.roles === undefined), {
    path: ['role'],
    message: 'Send role, or roles',
  })
  .meta({ id: 'NewInvitation', example: { email: 'sam@example.com', role: 'agent' } });
export type NewInvitation = z.infer<typeof NewInvitation>;

/** An invitation as the API shows it. */
export const InvitationView = z
  .object({
    id: z.uuid(),
    email: z.string(),
    fullName: z.string().nullable(),
    roles: z.array(z.string()).meta({ description: 'Names of the roles' }),
    status: z.enum(['pending', 'accepted', 'revoked', 'expired']),
    invitedBy: z.object({ id: z.uuid(), name: z.string() }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });
export type InvitationView = z.infer<typeof InvitationView>;

export const viewOfInvitation = (invitation: Invitation, now: Date): InvitationView => ({
  id: invitation.id,
  email: invitation.email,
  fullName: invitation.fullName ?? null,
  roles: invitation.roleNames,
  status: invitation.status === 'pending' && invitation.expiresAt <= now.toISOString() ? 'expired' : invitation.status,
  invitedBy: invitation.invitedBy,
  createdAt: invitation.createdAt,
  expiresAt: invitation.expiresAt,
});

export const isRedeemable = ({ status, expiresAt }: Invitation, now: Date) =>
  status === 'pending' && expiresAt > now.toISOString();

/** What is shown to whoever has the link. */
export const InvitationOffer = z
  .object({
    organizationName: z.string(),
    email: z.string(),
    fullName: z.string().nullable(),
    roles: z.array(z.string()),
    invitedBy: z.string(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'InvitationOffer' });

/** Where an invitation is kept, and the secret that redeems it once. */
export interface InvitationToken {
  organizationId: OrganizationId;
  invitationId: string;
  secret: string;
}

export const formatInvitation = ({ organizationId, invitationId, secret }: InvitationToken) =>
  [organizationId, invitationId, secret].join('.');

const Parts = z.tuple([OrganizationId, z.uuid(), z.string().length(43)]);

/** Undefined for anything that was never an invitation. */
export const parseInvitation = (token: string): InvitationToken | undefined => {
  const { data } = Parts.safeParse(token.split('.'));
  return data && { organizationId: data[0], invitationId: data[1], secret: data[2] };
};
