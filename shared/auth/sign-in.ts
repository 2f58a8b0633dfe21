import type { AttemptLimiter, Subject } from '../attempts/attempts.ts';
import { openUsers } from '../auth-users/open-users.ts';
import type { Directory } from '../directory/directory.ts';
import { AppError } from '../errors.ts';
import type { SubscriptionTier } from '../organizations/organization.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import { verifyPassword } from '../platform/password-hash.ts';
import type { CallOrigin } from './authenticate.ts';
import { openSession, type SessionServices } from './open-session.ts';
import type { CommonPasswords } from './password-rules.ts';
import type { AuthResponse, SignIn } from './routes.ts';

export interface SignInServices extends SessionServices {
  directory: Directory;
  attempts: AttemptLimiter;
  registrationTier: SubscriptionTier;
  commonPasswords: CommonPasswords;
}

/** Read in the place of an account that doesn't exist, so that both answers take the same way and time. */
const nobody = {
  organizationId: OrganizationId.parse('00000000-0000-4000-8000-000000000000'),
  id: '00000000-0000-4000-8000-000000000000',
};

/**
 * Signs in by username or e-mail address. Unknown, disabled and wrongly remembered are one answer.
 * @throws AppError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS
 */
export const signIn = async (services: SignInServices, body: SignIn, origin: CallOrigin): Promise<AuthResponse> => {
  const name = (body.username ?? body.email ?? '').trim();
  const subjects: Subject[] = [
    { kind: 'account', value: name },
    { kind: 'address', value: origin.sourceIp },
  ];
  await services.attempts.begin(subjects);
  const holder = await services.directory.holder(name.includes('@') ? 'email' : 'username', name);
  const { organizationId, id } = holder ?? nobody;
  const account = await openUsers(services.table, organizationId).forSignIn(id);
  const matches = verifyPassword(body.password, account?.password?.hash);
  if (!account || !matches || !account.user.active)
    throw new AppError('INVALID_CREDENTIALS', 'The username or the password is wrong');
  await services.attempts.succeed(subjects);
  return openSession(services, account.user, account.access.sessionEpoch, origin);
};
