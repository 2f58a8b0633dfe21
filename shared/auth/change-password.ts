import type { Subject } from '../attempts/attempts.ts';
import { auditWrites } from '../audit-logs/audit.ts';
import type { AuthUser } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import type { UserCaller } from '../platform/http/route.ts';
import { hashPassword } from '../platform/password-hash.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import type { ChallengeView } from '../verification-codes/challenge.ts';
import { prove } from '../verification-codes/prove.ts';
import { invalidCode, startChallenge } from '../verification-codes/start-challenge.ts';
import type { CallOrigin } from './authenticate.ts';
import { atHome, busy, confirmedAccount } from './current-user.ts';
import { noticeTo } from './notices.ts';
import { actorOf } from './open-session.ts';
import { assertGoodPassword } from './password-rules.ts';
import { holderOf, nobody, type SignInServices } from './sign-in.ts';

const assertGood = ({ commonPasswords }: SignInServices, password: string, user: AuthUser) =>
  assertGoodPassword(
    commonPasswords,
    password,
    [user.username, user.email, user.fullName, user.phoneNumber],
    'new_password',
  );

/** Changes the caller's password and ends its other sessions. @throws AppError VALIDATION_ERROR, TOO_MANY_ATTEMPTS */
export const changePassword = async (
  services: SignInServices,
  caller: UserCaller,
  body: { current_password: string; new_password: string },
): Promise<{ message: string }> => {
  const { user } = await confirmedAccount(services, caller, body.current_password);
  assertGood(services, body.new_password, user);
  const store = openUsers(services.table, user.organizationId);
  const note = { action: 'password_changed', resource: 'auth_user', resourceId: user.id };
  const others = [
    store.setPassword(user.id, hashPassword(body.new_password)),
    ...auditWrites(services, atHome(caller), note),
  ];
  if (!(await store.revise(user, user, { others, endSessions: { keep: caller.sessionId } }))) throw busy();
  await noticeTo(services, user, 'password_changed', caller);
  return { message: 'Password changed; other sessions have ended' };
};

/**
 * Sends a code by which a forgotten password is replaced. Whether there is such an account shows nowhere: not in the
 * answer, and not in what is done for it.
 * @throws AppError TOO_MANY_ATTEMPTS
 */
export const startPasswordReset = async (
  services: SignInServices,
  name: string,
  { sourceIp }: CallOrigin,
): Promise<ChallengeView> => {
  await services.attempts.begin([
    { kind: 'reset', value: name },
    { kind: 'address', value: sourceIp },
  ]);
  const holder = await holderOf(services.directory, name.trim());
  const { organizationId, id } = holder ?? nobody;
  const account = await openUsers(services.table, organizationId).forSignIn(id);
  const known = account?.user.active && account.password && account.user.email !== undefined;
  const challenge = await startChallenge(services, {
    organizationId,
    userId: known ? id : services.ids.random(),
    purpose: 'password_reset',
    method: 'email',
    destination: known ? account.user.email : undefined,
    decoy: !known,
  });
  // Neither may the address show.
  return { ...challenge, destination: null };
};

/** Replaces a forgotten password and ends all sessions. @throws AppError INVALID_CODE, VALIDATION_ERROR, TOO_MANY_ATTEMPTS */
export const resetPassword = async (
  services: SignInServices,
  body: { challenge: string; code: string; new_password: string },
  from: CallOrigin,
): Promise<{ message: string }> => {
  const proof = await prove(services, 'password_reset', body);
  const store = openUsers(services.table, proof.organizationId);
  const account = await store.forSignIn(proof.userId);
  if (!account?.user.active) throw invalidCode();
  const { user } = account;
  assertGood(services, body.new_password, user);
  const note = { action: 'password_reset', resource: 'auth_user', resourceId: user.id };
  const writes = [
    ...proof.writes,
    store.setPassword(user.id, hashPassword(body.new_password)),
    store.endSessions(user.id),
    ...auditWrites(services, actorOf(user, from), note),
  ];
  if (!(await unlessRefused(() => services.table.transact(writes)))) throw invalidCode();
  const names = [user.username, ...(user.email === undefined ? [] : [user.email])];
  await services.attempts.succeed([...proof.subjects, ...names.map((value): Subject => ({ kind: 'account', value }))]);
  await noticeTo(services, user, 'password_changed', from);
  return { message: 'Password changed; all sessions have ended' };
};
