import { auditWrites } from '../audit-logs/audit.ts';
import { accountOf, atHome, busy, confirmedAccount } from '../auth/current-user.ts';
import { noticeTo } from '../auth/notices.ts';
import type { SignInServices } from '../auth/sign-in.ts';
import type { AuthUser, AuthUserView } from '../auth-users/auth-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { presentUser } from '../auth-users/present-users.ts';
import { AppError, invalidField } from '../errors.ts';
import type { OrganizationSecrets } from '../organizations/organization-secrets.ts';
import type { UserCaller } from '../platform/http/route.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Write } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import type { ChallengeView } from '../verification-codes/challenge.ts';
import { prove } from '../verification-codes/prove.ts';
import { invalidCode, startChallenge } from '../verification-codes/start-challenge.ts';
import { placeOfTotp } from './own-codes.ts';
import type { SecondStepRequest } from './routes.ts';
import { hashOfRecoveryCode, newRecoveryCodes, newTotpSecret, otpauthUrl, stepOfCode } from './totp.ts';
import { totpStore } from './totp-store.ts';

export interface SecondFactorServices extends SignInServices {
  secretsOf(organizationId: OrganizationId): OrganizationSecrets;
}

/** What users do with their second step. */
export const secondFactorManagement = (services: SecondFactorServices) => {
  const { table, clock, ids, attempts } = services;

  /** @throws AppError CONFLICT when somebody else changes the account */
  const revise = async (caller: UserCaller, before: AuthUser, after: AuthUser, action: string, writes: Write[]) => {
    const note = { action, resource: 'auth_user', resourceId: before.id, before, after };
    const others = [...writes, ...auditWrites(services, atHome(caller), note)];
    if (!(await openUsers(table, before.organizationId).revise(before, after, { others }))) throw busy();
    await noticeTo(services, before, 'second_step_changed', caller);
    return presentUser(table, after);
  };

  const withCodes = (userId: string, organizationId: OrganizationId) => {
    const codes = newRecoveryCodes(ids);
    const write = totpStore(table, organizationId).setRecoveryCodes(userId, codes.map(hashOfRecoveryCode));
    return { codes, write };
  };

  return {
    /** Sends a code the way that it is to come from now on. @throws AppError VALIDATION_ERROR, TOO_MANY_ATTEMPTS */
    begin: async (caller: UserCaller, body: SecondStepRequest): Promise<ChallengeView> => {
      const { user } = await confirmedAccount(services, caller, body.current_password);
      await attempts.begin([{ kind: 'code', value: `send#${user.id}` }]);
      const method = body.method === 'phone' ? 'sms' : body.method;
      const destination = method === 'email' ? user.email : (body.phone_number ?? user.phoneNumber);
      if (destination === undefined) throw invalidField('phone_number', 'phone_number: codes need somewhere to go');
      const { organizationId, id: userId } = user;
      return startChallenge(services, { organizationId, userId, purpose: 'second_step', method, destination });
    },

    /** From now on codes come that way. @throws AppError INVALID_CODE, TOO_MANY_ATTEMPTS, CONFLICT */
    confirm: async (caller: UserCaller, body: { challenge: string; code: string }): Promise<AuthUserView> => {
      const proof = await prove(services, 'second_step', body);
      const { method, destination } = proof.challenge;
      if (proof.userId !== caller.userId || method === 'totp' || destination === undefined) throw invalidCode();
      const { user: before } = await accountOf(services, caller);
      const phone = method === 'email' ? {} : { phoneNumber: destination };
      const after: AuthUser = { ...before, ...phone, verificationMethod: method, updatedAt: clock().toISOString() };
      const shown = await revise(caller, before, after, 'second_step_enabled', proof.writes);
      await attempts.succeed(proof.subjects);
      return shown;
    },

    /** No second step any more, unless the organization asks for one. @throws AppError VALIDATION_ERROR, CONFLICT */
    disable: async (caller: UserCaller, currentPassword: string): Promise<AuthUserView> => {
      const { user: before } = await confirmedAccount(services, caller, currentPassword);
      const { verificationMethod: _method, totpEnabled: _totp, ...rest } = before;
      const after: AuthUser = { ...rest, updatedAt: clock().toISOString() };
      const writes = totpStore(table, before.organizationId).remove(before.id);
      return revise(caller, before, after, 'second_step_disabled', writes);
    },

    /** A secret for an authenticator app: it counts once a code of it was confirmed. @throws AppError CONFLICT */
    beginTotp: async (caller: UserCaller, currentPassword: string) => {
      const { user } = await confirmedAccount(services, caller, currentPassword);
      const { organizationId, id } = user;
      const secret = newTotpSecret();
      const sealedSecret = await services.secretsOf(organizationId).seal(secret, placeOfTotp(id));
      const totp = { sealedSecret, confirmed: false, createdAt: clock().toISOString() };
      if (!(await unlessRefused(() => totpStore(table, organizationId).begin(id, totp))))
        throw new AppError('CONFLICT', 'There is an authenticator app already: disable it first');
      return { secret, otpauth_url: otpauthUrl(secret, { issuer: 'Heliograph', label: user.username }) };
    },

    /** The app's first code: from now on it is the second step. Answers the recovery codes, once. */
    confirmTotp: async (caller: UserCaller, code: string): Promise<{ recovery_codes: string[] }> => {
      const { user: before } = await accountOf(services, caller);
      const { organizationId, id } = before;
      await attempts.begin([{ kind: 'code', value: id }]);
      const store = totpStore(table, organizationId);
      const totp = await store.get(id);
      if (!totp || totp.confirmed) throw invalidCode();
      const secret = await services.secretsOf(organizationId).open(totp.sealedSecret, placeOfTotp(id));
      const step = stepOfCode(secret, code, clock());
      if (step === undefined) throw invalidCode();
      const { codes, write } = withCodes(id, organizationId);
      const after: AuthUser = { ...before, totpEnabled: true, updatedAt: clock().toISOString() };
      await revise(caller, before, after, 'second_step_enabled', [store.confirm(id, totp, step), write]);
      await attempts.succeed([{ kind: 'code', value: id }]);
      return { recovery_codes: codes };
    },

    /** New recovery codes; the former ones work no more. @throws AppError CONFLICT without an app */
    renewRecoveryCodes: async (caller: UserCaller, currentPassword: string): Promise<{ recovery_codes: string[] }> => {
      const { user } = await confirmedAccount(services, caller, currentPassword);
      if (!user.totpEnabled) throw new AppError('CONFLICT', 'Recovery codes stand in for an authenticator app');
      const { codes, write } = withCodes(user.id, user.organizationId);
      await revise(caller, user, { ...user, updatedAt: clock().toISOString() }, 'recovery_codes_renewed', [write]);
      return { recovery_codes: codes };
    },
  };
};
