import { timingSafeEqual } from 'node:crypto';
import { auditWrites } from '../audit-logs/audit.ts';
import type { CallOrigin } from '../auth/authenticate.ts';
import { actorOf, prepareSession } from '../auth/open-session.ts';
import { assertGoodPassword } from '../auth/password-rules.ts';
import type { AuthResponse, Registration } from '../auth/routes.ts';
import type { SignInServices } from '../auth/sign-in.ts';
import type { AuthUser } from '../auth-users/auth-user.ts';
import { taken } from '../auth-users/create-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { AppError } from '../errors.ts';
import { showOrganization } from '../organizations/manage-organization.ts';
import type { Clock } from '../platform/clock.ts';
import { sha256 } from '../platform/hash.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { hashPassword } from '../platform/password-hash.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import { openRoles } from '../roles/open-roles.ts';
import { isBuiltInRole } from '../roles/role.ts';
import { type Invitation, isRedeemable, parseInvitation } from './invitation.ts';
import { invitationStore } from './invitation-store.ts';

/** One answer for whatever can't be redeemed: expired, revoked, used, made up. */
const invalid = () => new AppError('INVALID_CODE', 'The invitation is not valid, or not any more: ask for another');

const findRedeemable = async (
  { table, clock }: { table: Table; clock: Clock },
  text: string,
): Promise<{ organizationId: OrganizationId; invitation: Invitation }> => {
  const token = parseInvitation(text);
  if (!token) throw invalid();
  const { organizationId, invitationId, secret } = token;
  const invitation = await invitationStore(table, organizationId).get(invitationId);
  const proven = invitation && timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(invitation.secretHash));
  if (!proven || !isRedeemable(invitation, clock())) throw invalid();
  return { organizationId, invitation };
};

/** What an invitation offers to whoever has its link. @throws AppError INVALID_CODE */
export const lookUpInvitation = async (services: { table: Table; clock: Clock }, token: string) => {
  const { organizationId, invitation } = await findRedeemable(services, token);
  const { name } = await showOrganization(services.table, organizationId);
  return {
    organizationName: name,
    email: invitation.email,
    fullName: invitation.fullName ?? null,
    roles: invitation.roleNames,
    invitedBy: invitation.invitedBy.name,
    expiresAt: invitation.expiresAt,
  };
};

/**
 * Makes the invited member and signs in, once: user, claims and the invitation's end stand in one transaction.
 * @throws AppError INVALID_CODE, DUPLICATE, CONFLICT when a role is gone, VALIDATION_ERROR, TOO_MANY_ATTEMPTS
 */
export const redeemInvitation = async (
  services: SignInServices,
  body: Registration & { invitation: string },
  from: CallOrigin,
): Promise<AuthResponse> => {
  const { table, clock, ids, directory } = services;
  await services.attempts.begin([{ kind: 'registration', value: from.sourceIp }]);
  const { organizationId, invitation } = await findRedeemable(services, body.invitation);
  const { email } = invitation;
  const fullName = body.full_name ?? invitation.fullName;
  assertGoodPassword(services.commonPasswords, body.password, [body.username, email, fullName, body.phone_number]);
  const now = clock().toISOString();
  const user: AuthUser = {
    id: ids.random(),
    organizationId,
    username: body.username,
    email,
    ...(fullName === undefined ? {} : { fullName }),
    ...(body.bio === undefined ? {} : { bio: body.bio }),
    ...(body.phone_number === undefined ? {} : { phoneNumber: body.phone_number }),
    roles: invitation.roles,
    active: true,
    superuser: false,
    createdBy: invitation.invitedBy.id,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const holder = { organizationId, id: user.id };
  const session = await prepareSession(services, user, 0, from);
  const accepted: Invitation = { ...invitation, status: 'accepted', acceptedBy: user.id };
  const note = {
    action: 'invitation_redeemed',
    resource: 'auth_user',
    resourceId: user.id,
    after: { ...user },
    details: { invitationId: invitation.id },
  };
  const custom = invitation.roles.filter((role) => !isBuiltInRole(role));
  try {
    await table.transact([
      invitationStore(table, organizationId).revise(invitation, accepted),
      directory.claim('username', user.username, holder),
      directory.claim('email', email, holder),
      ...openUsers(table, organizationId).create(user, { hash: hashPassword(body.password) }),
      session.write,
      ...openRoles(table, organizationId).stillThere(custom),
      ...auditWrites(services, actorOf(user, from), note),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    // By the places of the writes above. Accepted by this very user: our own first try, whose answer was lost.
    if (error.refused.has(0) && error.refused.get(0)?.acceptedBy !== user.id) throw invalid();
    if (error.refused.has(1)) throw taken('username');
    if (error.refused.has(2)) throw taken('email');
    if (!error.refused.has(0)) throw new AppError('CONFLICT', 'A role of this invitation is gone: ask for another');
  }
  return session.answer;
};
