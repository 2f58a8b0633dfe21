import type { Subject } from '../attempts/attempts.ts';
import type { SignInAccount } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { UserCaller } from '../platform/http/route.ts';
import { verifyPassword } from '../platform/password-hash.ts';
import type { SignInServices } from './sign-in.ts';

/** Whatever organization a superuser looks at, its account is in its own. */
export const atHome = (caller: UserCaller): UserCaller => ({ ...caller, organizationId: caller.homeOrganizationId });

/** The account of whoever calls. @throws AppError NOT_FOUND */
export const accountOf = async (
  { table }: Pick<SignInServices, 'table'>,
  { homeOrganizationId, userId }: UserCaller,
): Promise<SignInAccount> => {
  const account = await openUsers(table, homeOrganizationId).forSignIn(userId);
  if (!account) throw notFound('User');
  return account;
};

/**
 * The account of whoever calls and knows its password: a token that was left open somewhere changes nothing of weight.
 * @throws AppError VALIDATION_ERROR naming current_password, TOO_MANY_ATTEMPTS
 */
export const confirmedAccount = async (
  services: SignInServices,
  caller: UserCaller,
  currentPassword: string,
): Promise<SignInAccount> => {
  const subjects: Subject[] = [{ kind: 'account', value: `user#${caller.userId}` }];
  await services.attempts.begin(subjects);
  const account = await accountOf(services, caller);
  if (!verifyPassword(currentPassword, account.password?.hash))
    throw invalidField('current_password', 'current_password: this is not the password', { constraint: 'wrong' });
  await services.attempts.succeed(subjects);
  return account;
};

export const busy = () => new AppError('CONFLICT', 'Somebody else is changing this account; try again');
