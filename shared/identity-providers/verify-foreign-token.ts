import { JwtBaseError, KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import * as z from 'zod';
import { AppError } from '../errors.ts';
import { claimAt, type IdentityProvider } from './identity-provider.ts';

const longestToken = 8 * 1024;

/** What a key address or an extension in a header could bring about, nothing here follows. */
const Header = z.looseObject({
  alg: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
  kid: z.string().min(1).max(255),
  typ: z.enum(['JWT', 'at+jwt', 'application/at+jwt']).optional(),
  crit: z.never().optional(),
  jwk: z.never().optional(),
  jku: z.never().optional(),
  x5u: z.never().optional(),
  x5c: z.never().optional(),
  b64: z.never().optional(),
});

const Claims = z.looseObject({
  iss: z.string(),
  exp: z.number(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
});

export const refusedToken = () => new AppError('UNAUTHENTICATED', 'The access token is not valid, or not any more');

/** One way to write the same bytes: a decoder that overlooks stray bits would take an altered signature. */
const isCanonical = (part: string) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;

/** Header and claims as they are written, of a token that nobody has verified yet; undefined for what is none. */
export const readUnverified = (token: string) => {
  const parts = token.split('.');
  if (token.length > longestToken || parts.length !== 3 || !parts.every(isCanonical)) return undefined;
  const [header, claims] = parts.slice(0, 2).map((part) => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString());
    } catch {
      return undefined;
    }
  });
  const parsed = { header: Header.safeParse(header), claims: Claims.safeParse(claims) };
  return parsed.header.success && parsed.claims.success
    ? { header: parsed.header.data, claims: parsed.claims.data }
    : undefined;
};

/** The audiences that a token names. */
export const audiencesOf = (claims: Record<string, unknown>): string[] =>
  [claims.aud, claims.client_id]
    .flat()
    .filter((value): value is string => typeof value === 'string')
    .slice(0, 5);

/**
 * The claims of a token that one of the provider's own keys signed for the audience that was registered.
 * @throws AppError UNAUTHENTICATED; `unknownKey` is called where the key is none that we know
 */
export const verifyForeignToken = async (
  provider: IdentityProvider,
  token: string,
  now: Date,
  unknownKey: () => Promise<void>,
): Promise<Record<string, unknown>> => {
  const read = readUnverified(token);
  if (!read) throw refusedToken();
  const { header } = read;
  if (!provider.keys.some(({ kid }) => kid === header.kid)) {
    await unknownKey();
    throw refusedToken();
  }
  const verifier = JwtVerifier.create(
    // A name only: the cache below knows the keys.
    { issuer: provider.issuer, audience: null, jwksUri: 'identity-provider:keys' },
    { jwksCache: keysOf(provider, header.alg) },
  );
  const payload = await verifier.verify(token).catch((error: unknown) => {
    throw error instanceof JwtBaseError || isMalformedSignature(error) ? refusedToken() : error;
  });
  const claims: Record<string, unknown> = { ...payload };
  const { success, data } = Claims.safeParse(claims);
  const seconds = now.getTime() / 1000;
  const audiences = [claimAt(claims, provider.audienceClaim)].flat();
  if (!success || data.exp <= seconds || (data.nbf ?? 0) > seconds + 60 || (data.iat ?? 0) > seconds + 300)
    throw refusedToken();
  if (!audiences.includes(provider.audience)) throw refusedToken();
  // Cognito says what a token is for: one for refreshing or for anything else is no access.
  const use = claims.token_use;
  if (use !== undefined && use !== 'access' && use !== 'id') throw refusedToken();
  return claims;
};

/** A key verifies the algorithms of its kind only, and its own where it names one: no key serves as another's secret. */
const keysOf = (provider: IdentityProvider, alg: string): JwksCache => {
  const kind = alg.startsWith('ES') ? 'EC' : alg === 'EdDSA' ? 'OKP' : 'RSA';
  const find = (kid: unknown) => {
    const key = provider.keys.find((known) => known.kid === kid && known.kty === kind);
    if (!key || (key.alg !== undefined && key.alg !== alg)) throw new KidNotFoundInJwksError('No such key');
    return key;
  };
  return {
    getJwk: async (_uri, { header: { kid } }) => find(kid),
    getCachedJwk: (_uri, { header: { kid } }) => find(kid),
    getJwks: () => Promise.resolve({ keys: provider.keys }),
    addJwks: () => {
      throw new Error('Keys come from the table only');
    },
  };
};

/** A signature that is none for its key is an error of OpenSSL, which the library passes through. */
const isMalformedSignature = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_CRYPTO_OPERATION_FAILED';
