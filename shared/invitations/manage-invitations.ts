import type { AttemptLimiter } from '../attempts/attempts.ts';
import { auditWrites } from '../audit-logs/audit.ts';
import { assertMayGive } from '../auth-users/create-user.ts';
import { AppError, notFound } from '../errors.ts';
import type { Notification } from '../notifications/jobs.ts';
import { showOrganization } from '../organizations/manage-organization.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import { type PageQuery, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { WorkQueue } from '../platform/queue.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { chooseRoles } from '../roles/grants.ts';
import { rightsOfRoles } from '../roles/role.ts';
import {
  formatInvitation,
  type Invitation,
  type InvitationView,
  invitationSeconds,
  type NewInvitation,
  viewOfInvitation,
} from './invitation.ts';
import { invitationStore } from './invitation-store.ts';

export interface InvitationServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  attempts: AttemptLimiter;
  notifications: WorkQueue<Notification>;
}

const secretBytes = 32;

/** What administrators and managers do with the invitations of their organization. */
export const invitationManagement = (services: InvitationServices) => {
  const { table, clock, ids, attempts, notifications } = services;
  const storeOf = ({ organizationId }: Caller) => invitationStore(table, organizationId);

  /** The secret stands in the fragment, which no browser sends: it reaches no log. */
  const send = async ({ organizationId }: Caller, invitation: Invitation, secret: string, baseUrl: string) => {
    const { name } = await showOrganization(table, organizationId);
    const { id: invitationId, email: to, invitedBy, roleNames, expiresAt } = invitation;
    const token = formatInvitation({ organizationId, invitationId, secret });
    await notifications.send(organizationId, [
      {
        organizationId,
        kind: 'invitation',
        to,
        organizationName: name,
        invitedBy: invitedBy.name,
        role: roleNames.join(', '),
        link: `${baseUrl}/join#${token}`,
        expiresAt,
      },
    ]);
  };

  const standing = async (caller: Caller, invitationId: string): Promise<Invitation> => {
    const invitation = await storeOf(caller).get(invitationId);
    if (!invitation) throw notFound('Invitation');
    if (invitation.status !== 'pending') throw new AppError('CONFLICT', `This invitation was ${invitation.status}`);
    return invitation;
  };

  const noteOf = (action: string, { id, email, roleNames }: Invitation) => ({
    action,
    resource: 'invitation',
    resourceId: id,
    details: { email, roles: roleNames },
  });

  return {
    list: async (caller: Caller, query: PageQuery) => {
      const page = await readPage(query, null, storeOf(caller).page);
      return { ...page, data: page.data.map((invitation) => viewOfInvitation(invitation, clock())) };
    },

    /**
     * Invites whoever reads this address; whether it has an account elsewhere isn't told.
     * @throws AppError FORBIDDEN, VALIDATION_ERROR
     */
    create: async (caller: Caller, body: NewInvitation, baseUrl: string): Promise<InvitationView> => {
      const chosen = await chooseRoles(table, caller, body.roles ?? [body.role ?? ''], body.roles ? 'roles' : 'role');
      assertMayGive(caller, chosen, 'role');
      if (chosen.roles.includes('customer'))
        throw new AppError('VALIDATION_ERROR', 'role: a customer is made with its contact', { field: 'role' });
      const now = clock();
      const secret = ids.secret(secretBytes);
      const invitation: Invitation = {
        id: ids.sequential(),
        email: body.email,
        ...(body.fullName === undefined ? {} : { fullName: body.fullName }),
        roles: chosen.roles,
        roleNames: [...rightsOfRoles(chosen.roles, chosen.custom).roles],
        secretHash: sha256(secret),
        status: 'pending',
        invitedBy: { id: caller.userId, name: caller.name },
        createdAt: now.toISOString(),
        expiresAt: isoAfter(now, invitationSeconds),
        version: 1,
      };
      const note = auditWrites({ clock, ids }, caller, noteOf('invitation_created', invitation));
      // Refused only by our own first try, whose answer was lost: the id is new.
      await unlessRefused(() => table.transact([storeOf(caller).create(invitation), ...note]));
      await send(caller, invitation, secret, baseUrl);
      return viewOfInvitation(invitation, now);
    },

    /** Sends a new link; the former one is dead. @throws AppError NOT_FOUND, CONFLICT, TOO_MANY_ATTEMPTS */
    resend: async (caller: Caller, invitationId: string, baseUrl: string): Promise<InvitationView> => {
      const before = await standing(caller, invitationId);
      await attempts.begin([{ kind: 'reset', value: invitationId }]);
      const secret = ids.secret(secretBytes);
      const after = { ...before, secretHash: sha256(secret), expiresAt: isoAfter(clock(), invitationSeconds) };
      const note = auditWrites({ clock, ids }, caller, noteOf('invitation_resent', after));
      if (!(await unlessRefused(() => table.transact([storeOf(caller).revise(before, after), ...note]))))
        throw new AppError('CONFLICT', 'The invitation was just redeemed or changed');
      await send(caller, after, secret, baseUrl);
      return viewOfInvitation(after, clock());
    },

    /** @throws AppError NOT_FOUND, CONFLICT */
    revoke: async (caller: Caller, invitationId: string): Promise<{ message: string }> => {
      const before = await standing(caller, invitationId);
      const after: Invitation = { ...before, status: 'revoked' };
      const note = auditWrites({ clock, ids }, caller, noteOf('invitation_revoked', after));
      if (!(await unlessRefused(() => table.transact([storeOf(caller).revise(before, after), ...note]))))
        throw new AppError('CONFLICT', 'The invitation was just redeemed or changed');
      return { message: 'Invitation revoked' };
    },
  };
};
