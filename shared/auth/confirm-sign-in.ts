import { auditWrites } from '../audit-logs/audit.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { prove } from '../verification-codes/prove.ts';
import { invalidCode } from '../verification-codes/start-challenge.ts';
import type { CallOrigin } from './authenticate.ts';
import { noticeTo } from './notices.ts';
import { actorOf, prepareSession } from './open-session.ts';
import type { AuthResponse } from './routes.ts';
import type { SignInServices } from './sign-in.ts';

/**
 * Opens the session of a sign-in whose second step is proved: code and session stand in one transaction, so a code
 * signs in once however often it comes.
 * @throws AppError INVALID_CODE, TOO_MANY_ATTEMPTS
 */
export const confirmSignIn = async (
  services: SignInServices,
  body: { challenge: string; code: string },
  from: CallOrigin,
): Promise<AuthResponse> => {
  const proof = await prove(services, 'sign_in', body);
  const account = await openUsers(services.table, proof.organizationId).forSignIn(proof.userId);
  if (!account?.user.active) throw invalidCode();
  const { user, access } = account;
  const session = await prepareSession(services, user, access.sessionEpoch, from);
  const byRecoveryCode = proof.challenge.method === 'totp' && !/^\d{6}$/.test(body.code.trim());
  const note = {
    action: byRecoveryCode ? 'signed_in_with_recovery_code' : 'signed_in',
    resource: 'session',
    resourceId: session.sessionId,
    details: { secondStep: proof.challenge.method },
  };
  const writes = [...proof.writes, session.write, ...auditWrites(services, actorOf(user, from), note)];
  if (!(await unlessRefused(() => services.table.transact(writes)))) throw invalidCode();
  await services.attempts.succeed(proof.subjects);
  if (byRecoveryCode) await noticeTo(services, user, 'recovery_code_used', from);
  return session.answer;
};
