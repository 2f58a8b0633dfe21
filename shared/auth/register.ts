import { auditWrites } from '../audit-logs/audit.ts';
import type { AuthUser } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { AppError } from '../errors.ts';
import { mostSlugs, organizationCreation, slugFor } from '../organizations/create-organization.ts';
import { sha256 } from '../platform/hash.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import { hashPassword, verifyPassword } from '../platform/password-hash.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import type { CallOrigin } from './authenticate.ts';
import { actorOf, prepareSession } from './open-session.ts';
import { assertGoodPassword } from './password-rules.ts';
import type { AuthResponse, Registration } from './routes.ts';
import { afterPassword, type SignInServices } from './sign-in.ts';

export interface RegistrationRequest extends CallOrigin {
  body: Registration;
  idempotencyKey: string | undefined;
}

/**
 * Makes an organization with its first admin and signs in: all of it or nothing, in one transaction.
 * Repeated with the same `Idempotency-Key`, username and password, it signs in to what the first call made.
 * @throws AppError DUPLICATE naming username or email, VALIDATION_ERROR for a common password, TOO_MANY_ATTEMPTS
 */
export const register = async (services: SignInServices, request: RegistrationRequest): Promise<AuthResponse> => {
  const { table, clock, ids, directory } = services;
  const { body, idempotencyKey } = request;
  // The schema asks for both where there is no invitation.
  const { organization_name: name = '', email = '' } = body;
  await services.attempts.begin([{ kind: 'registration', value: request.sourceIp }]);
  assertGoodPassword(services.commonPasswords, body.password, [
    body.username,
    email,
    body.full_name,
    name,
    body.phone_number,
  ]);
  // Only to spare the hash: the claims decide.
  if (await directory.holder('username', body.username)) return signInAgain(services, request);
  if (await directory.holder('email', email)) throw taken('email');

  const now = clock().toISOString();
  const organizationId = OrganizationId.parse(ids.random());
  const user: AuthUser = {
    id: ids.random(),
    organizationId,
    username: body.username,
    email,
    ...(body.full_name === undefined ? {} : { fullName: body.full_name }),
    ...(body.bio === undefined ? {} : { bio: body.bio }),
    ...(body.phone_number === undefined ? {} : { phoneNumber: body.phone_number }),
    roles: ['admin'],
    active: true,
    superuser: false,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const holder = { organizationId, id: user.id };
  const origin = { sourceIp: request.sourceIp, userAgent: request.userAgent };
  const session = await prepareSession(services, user, 0, origin);
  const password = {
    hash: hashPassword(body.password),
    ...(idempotencyKey === undefined ? {} : { registrationKeyHash: sha256(idempotencyKey) }),
  };

  for (let attempt = 0; attempt < mostSlugs; attempt += 1) {
    const slug = slugFor(name, ids, attempt);
    const named = { id: organizationId, name, slug, tier: services.registrationTier, now };
    try {
      await table.transact([
        directory.claim('username', user.username, holder),
        directory.claim('email', email, holder),
        ...organizationCreation(services, named).writes,
        ...openUsers(table, organizationId).create(user, password),
        session.write,
        ...auditWrites(services, actorOf(user, origin), {
          action: 'registered',
          resource: 'organization',
          resourceId: organizationId,
          after: { name, slug, username: user.username, email },
        }),
      ]);
      return session.answer;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      // By the places of the claims above. A taken username may be our own, of an earlier call.
      if (error.refused.has(0)) return await signInAgain(services, request);
      if (error.refused.has(1)) throw taken('email');
    }
  }
  throw new AppError('UNAVAILABLE', 'No free name was found for the organization: try again');
};

const taken = (field: 'username' | 'email') => new AppError('DUPLICATE', `This ${field} is taken`, { field });

const signInAgain = async (services: SignInServices, { body, idempotencyKey, ...origin }: RegistrationRequest) => {
  if (idempotencyKey === undefined) throw taken('username');
  const holder = await services.directory.holder('username', body.username);
  if (!holder) throw taken('username');
  const account = await openUsers(services.table, holder.organizationId).forSignIn(holder.id);
  const isOurs = account?.password?.registrationKeyHash === sha256(idempotencyKey) && account.user.active;
  if (!account || !isOurs || !verifyPassword(body.password, account.password?.hash)) throw taken('username');
  return afterPassword(services, account, origin);
};
