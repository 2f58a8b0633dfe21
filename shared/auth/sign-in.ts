import type { AttemptLimiter, Subject } from '../attempts/attempts.ts';
import type { SignInAccount } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import type { Directory } from '../directory/directory.ts';
import { AppError } from '../errors.ts';
import { settingsOf } from '../organizations/manage-organization.ts';
import type { SubscriptionTier } from '../organizations/organization.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import { verifyPassword } from '../platform/password-hash.ts';
import { secondStepOf } from '../second-factors/second-factor.ts';
import type { ProofServices } from '../verification-codes/prove.ts';
import { startChallenge } from '../verification-codes/start-challenge.ts';
import type { CallOrigin } from './authenticate.ts';
import { openSession, type SessionServices } from './open-session.ts';
import type { CommonPasswords } from './password-rules.ts';
import type { AuthResponse, SignIn } from './routes.ts';

export interface SignInServices extends SessionServices, ProofServices {
  directory: Directory;
  attempts: AttemptLimiter;
  registrationTier: SubscriptionTier;
  commonPasswords: CommonPasswords;
}

/** Read in the place of an account that doesn't exist, so that both answers take the same way and time. */
export const nobody = {
  organizationId: OrganizationId.parse('00000000-0000-4000-8000-000000000000'),
  id: '00000000-0000-4000-8000-000000000000',
};

/** Who holds a username or an e-mail address, whichever was typed. */
export const holderOf = (directory: Directory, name: string) =>
  directory.holder(name.includes('@') ? 'email' : 'username', name);

/**
 * Signs in by username or e-mail address. Unknown, disabled and wrongly remembered are one answer.
 * @throws AppError INVALID_CREDENTIALS, VERIFICATION_REQUIRED, TOO_MANY_ATTEMPTS
 */
export const signIn = async (services: SignInServices, body: SignIn, origin: CallOrigin): Promise<AuthResponse> => {
  const name = (body.username ?? body.email ?? '').trim();
  const subjects: Subject[] = [
    { kind: 'account', value: name },
    { kind: 'address', value: origin.sourceIp },
  ];
  await services.attempts.begin(subjects);
  const { organizationId, id } = (await holderOf(services.directory, name)) ?? nobody;
  const account = await openUsers(services.table, organizationId).forSignIn(id);
  const matches = verifyPassword(body.password, account?.password?.hash);
  if (!account || !matches || !account.user.active)
    throw new AppError('INVALID_CREDENTIALS', 'The username or the password is wrong');
  await services.attempts.succeed(subjects);
  return afterPassword(services, account, origin);
};

/** Signs in whoever knew the password, or asks for the second step. @throws AppError VERIFICATION_REQUIRED */
export const afterPassword = async (
  services: SignInServices,
  { user, access }: SignInAccount,
  origin: CallOrigin,
): Promise<AuthResponse> => {
  const { organizationId, id: userId } = user;
  const step = secondStepOf(user, (await settingsOf(services.table, organizationId)).secondStepRequired);
  if (!step) return openSession(services, user, access.sessionEpoch, origin);
  // Each challenge may be a text that somebody pays for.
  await services.attempts.begin([{ kind: 'code', value: `send#${userId}` }]);
  const challenge = await startChallenge(services, { organizationId, userId, purpose: 'sign_in', ...step });
  throw new AppError('VERIFICATION_REQUIRED', 'Confirm the sign-in with a code: POST /verification-codes/confirm', {
    ...challenge,
  });
};
