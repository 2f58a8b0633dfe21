import * as z from 'zod';
import { AuthUserView } from '../auth-users/auth-user.ts';
import { one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ChallengeView } from '../verification-codes/challenge.ts';
import { CodeConfirmation } from '../verification-codes/routes.ts';

const current_password = z.string().min(1).max(128);
const Confirmed = z.strictObject({ current_password }).meta({ id: 'PasswordConfirmation' });

export const SecondStepRequest = z
  .strictObject({
    method: z.enum(['email', 'sms', 'whatsapp', 'phone']).meta({ description: 'phone is sms' }),
    phone_number: z.e164().optional(),
    current_password,
  })
  .meta({ id: 'SecondStepRequest' });
export type SecondStepRequest = z.infer<typeof SecondStepRequest>;

const RecoveryCodes = z
  .object({ recovery_codes: z.array(z.string()).meta({ description: 'Each signs in once in the place of a code' }) })
  .meta({ id: 'RecoveryCodes' });

export const secondFactorRoutes = defineRoutes({
  startSecondStep: {
    method: 'POST',
    path: '/auth/me/second-step',
    summary: 'Sends a code by e-mail, SMS or WhatsApp: once confirmed, sign-ins ask for one that comes this way',
    access: 'user',
    body: SecondStepRequest,
    status: 202,
    returns: one(ChallengeView),
    errors: ['TOO_MANY_ATTEMPTS'],
    showsSecret: true,
  },
  confirmSecondStep: {
    method: 'POST',
    path: '/auth/me/second-step/confirm',
    summary: 'Puts the second step into force',
    access: 'user',
    body: CodeConfirmation,
    status: 200,
    returns: one(AuthUserView),
    errors: ['INVALID_CODE', 'TOO_MANY_ATTEMPTS', 'CONFLICT'],
  },
  disableSecondStep: {
    method: 'POST',
    path: '/auth/me/second-step/disable',
    summary: 'Ends the second step, app and recovery codes too; the organization may still ask for one by e-mail',
    access: 'user',
    body: Confirmed,
    status: 200,
    returns: one(AuthUserView),
    errors: ['TOO_MANY_ATTEMPTS', 'CONFLICT'],
  },
  startTotp: {
    method: 'POST',
    path: '/auth/me/totp',
    summary: 'The secret of an authenticator app (RFC 6238): it counts once a code of it was confirmed',
    access: 'user',
    body: Confirmed,
    status: 201,
    returns: one(z.object({ secret: z.string(), otpauth_url: z.string() }).meta({ id: 'TotpSecret' })),
    errors: ['TOO_MANY_ATTEMPTS', 'CONFLICT'],
    showsSecret: true,
  },
  confirmTotp: {
    method: 'POST',
    path: '/auth/me/totp/confirm',
    summary: 'Makes the app the second step, and shows the recovery codes once',
    access: 'user',
    body: z.strictObject({ code: z.string().max(20) }).meta({ id: 'TotpCode' }),
    status: 200,
    returns: one(RecoveryCodes),
    errors: ['INVALID_CODE', 'TOO_MANY_ATTEMPTS', 'CONFLICT'],
    showsSecret: true,
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/auth/me/recovery-codes',
    summary: 'New recovery codes, shown once; the former ones work no more',
    access: 'user',
    body: Confirmed,
    status: 201,
    returns: one(RecoveryCodes),
    errors: ['TOO_MANY_ATTEMPTS', 'CONFLICT'],
    showsSecret: true,
  },
});
