import type { AuthUser } from '../auth-users/auth-user.ts';
import type { Method } from '../verification-codes/challenge.ts';

/** How a user proves a sign-in beside the password, and where codes go. */
export interface SecondStep {
  method: Method;
  destination?: string;
}

/**
 * The second step of a user, or none: the authenticator app before anything that is sent; what the user chose; and
 * e-mail where only the organization asks for it.
 */
export const secondStepOf = (user: AuthUser, required: boolean): SecondStep | undefined => {
  if (user.totpEnabled) return { method: 'totp' };
  const { verificationMethod: method, phoneNumber, email } = user;
  if ((method === 'sms' || method === 'whatsapp') && phoneNumber !== undefined)
    return { method, destination: phoneNumber };
  return (method !== undefined || required) && email !== undefined
    ? { method: 'email', destination: email }
    : undefined;
};
