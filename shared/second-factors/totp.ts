import { Secret, TOTP } from 'otpauth';
import { sha256 } from '../platform/hash.ts';
import type { Ids } from '../platform/id.ts';

/** RFC 6238 as every app has it: SHA-1, six digits, half a minute; a clock may be one step off. */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
const window = 1;

/** 160 bits, as RFC 4226 recommends; base32. */
export const newTotpSecret = () => new Secret({ size: 20 }).base32;

/** What an app scans. */
export const otpauthUrl = (secret: string, { issuer, label }: { issuer: string; label: string }) =>
  new TOTP({ ...parameters, issuer, label, secret: Secret.fromBase32(secret) }).toString();

/** The time step whose code this is, or undefined. */
export const stepOfCode = (secret: string, code: string, now: Date): number | undefined => {
  const totp = new TOTP({ ...parameters, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp: now.getTime(), window });
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / parameters.period) + delta;
};

const recoveryCodes = 10;
const recoveryBytes = 15;

/** Ten codes of 120 random bits: with 112 and more a plain hash of each is enough (ASVS 5.0, 6.5.2). */
export const newRecoveryCodes = (ids: Ids) =>
  Array.from({ length: recoveryCodes }, () => {
    const text = Buffer.from(ids.secret(recoveryBytes), 'base64url').toString('hex');
    return text.replaceAll(/(.{5})(?=.)/g, '$1-');
  });

/** Written in any case, with or without hyphens. */
export const hashOfRecoveryCode = (code: string) => sha256(code.replaceAll(/[\s-]/g, '').toLowerCase());
