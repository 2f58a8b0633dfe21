import { auditWrites } from '../audit-logs/audit.ts';
import type { AuthUserView } from '../auth-users/auth-user.ts';
import { claimChanges } from '../auth-users/change-user.ts';
import { taken } from '../auth-users/create-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { presentUser } from '../auth-users/present-users.ts';
import type { UserCaller } from '../platform/http/route.ts';
import type { ChallengeView } from '../verification-codes/challenge.ts';
import { prove } from '../verification-codes/prove.ts';
import { invalidCode, startChallenge } from '../verification-codes/start-challenge.ts';
import { accountOf, atHome, confirmedAccount } from './current-user.ts';
import { noticeTo } from './notices.ts';
import type { SignInServices } from './sign-in.ts';

/**
 * Sends a code to the new address of the caller. One that somebody else has answers alike, and gets nothing.
 * @throws AppError VALIDATION_ERROR, TOO_MANY_ATTEMPTS
 */
export const startEmailChange = async (
  services: SignInServices,
  caller: UserCaller,
  body: { email: string; current_password: string },
): Promise<ChallengeView> => {
  const { user } = await confirmedAccount(services, caller, body.current_password);
  await services.attempts.begin([{ kind: 'code', value: `send#${user.id}` }]);
  const holder = await services.directory.holder('email', body.email);
  return startChallenge(services, {
    organizationId: user.organizationId,
    userId: user.id,
    purpose: 'email_change',
    method: 'email',
    destination: body.email,
    decoy: holder !== undefined && holder.id !== user.id,
  });
};

/** Gives the caller the address that a code was sent to. @throws AppError INVALID_CODE, DUPLICATE, TOO_MANY_ATTEMPTS */
export const confirmEmailChange = async (
  services: SignInServices,
  caller: UserCaller,
  body: { challenge: string; code: string },
): Promise<AuthUserView> => {
  const { table, clock, directory, attempts } = services;
  const proof = await prove(services, 'email_change', body);
  const email = proof.challenge.destination;
  if (proof.userId !== caller.userId || email === undefined) throw invalidCode();
  const { user: before } = await accountOf(services, caller);
  const after = { ...before, email, updatedAt: clock().toISOString() };
  const note = { action: 'email_changed', resource: 'auth_user', resourceId: before.id, before, after };
  const others = [
    ...proof.writes,
    ...claimChanges(directory, before, after),
    ...auditWrites(services, atHome(caller), note),
  ];
  if (!(await openUsers(table, before.organizationId).revise(before, after, { others }))) {
    const holder = await directory.holder('email', email);
    if (holder && holder.id !== before.id) throw taken('email');
    throw invalidCode();
  }
  await attempts.succeed(proof.subjects);
  await noticeTo(services, before, 'email_changed', caller);
  return presentUser(table, after);
};
