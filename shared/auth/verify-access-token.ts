import { JwtBaseError, JwtWithoutValidKidError, KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import { AccessClaims, audience, tokenType } from './access-token.ts';
import type { PublicJwk } from './routes.ts';

/** How long public keys are believed: a key that was taken away works no longer than this. */
const believedMs = 5 * 60_000;
/** How many looks for unknown keys are spent in a window: forged key ids must not become a bill for reads. */
const mostLooks = 20;
const windowMs = 10_000;

const longestToken = 4096;

export interface VerifierServices {
  /** The public halves of the installation's signing keys, as they stand in the table. */
  readKeys: () => Promise<PublicJwk[]>;
  clock: Clock;
  issuer: string;
}

/** The claims of a valid access token. @throws AppError UNAUTHENTICATED */
export type AccessTokenVerifier = (token: string) => Promise<AccessClaims>;

const invalid = () => new AppError('UNAUTHENTICATED', 'The access token is not valid, or not any more');

/** Nothing else may stand in the header: no key, no address of one, no extension that would have to be understood. */
const Header = z.strictObject({ alg: z.literal('ES256'), kid: z.string().max(64), typ: z.literal(tokenType) });

const Claims = z.object({ iss: z.unknown() });

/**
 * Whether a token says that `issuer` made it: tells who has to verify it, and nothing else. What is no token at all is
 * ours to refuse.
 */
export const isOfIssuer = (token: string, issuer: string): boolean => {
  try {
    const claims = Claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
    return claims.iss === undefined || claims.iss === issuer;
  } catch {
    return true;
  }
};

/** Verifies access tokens against keys that are read from the table, never fetched and never taken from a token. */
export const accessTokenVerifier = ({ readKeys, clock, issuer }: VerifierServices): AccessTokenVerifier => {
  const verifier = JwtVerifier.create(
    {
      issuer,
      audience,
      // A name only: the cache below reads the table.
      jwksUri: 'directory:signing-keys',
      customJwtCheck: ({ header }) => {
        if (!Header.safeParse(header).success) throw invalid();
      },
    },
    { jwksCache: keyCache(readKeys, clock) },
  );
  return async (token) => {
    const parts = token.split('.');
    if (token.length > longestToken || !parts.every(isCanonical) || !isSignature(parts[2])) throw invalid();
    const payload = await verifier.verify(token).catch((error: unknown) => {
      throw error instanceof JwtBaseError ? invalid() : error;
    });
    // The library passes a token without `exp`; the schema doesn't.
    const { data } = AccessClaims.safeParse(payload);
    if (!data || data.exp * 1000 <= clock().getTime()) throw invalid();
    return data;
  };
};

/** One way to write the same bytes: a decoder that overlooks stray bits would take an altered signature. */
const isCanonical = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part;

/** Of P-256: whatever has another length is refused here, since to OpenSSL it is an error and no answer. */
const isSignature = (part = '') => Buffer.from(part, 'base64url').length === 64;

const orMissing = (key: PublicJwk | undefined) => {
  if (!key) throw new KidNotFoundInJwksError('No such key');
  return key;
};

const keyCache = (readKeys: () => Promise<PublicJwk[]>, clock: Clock): JwksCache => {
  let known: { at: number; keys: PublicJwk[] } = { at: -Infinity, keys: [] };
  let looks = { since: -Infinity, count: 0 };

  const mayLook = (now: number) => {
    if (now - looks.since >= windowMs) looks = { since: now, count: 0 };
    looks.count += 1;
    return looks.count <= mostLooks;
  };
  const find = (kid: unknown) => {
    if (typeof kid !== 'string') throw new JwtWithoutValidKidError('No kid in the header');
    return known.keys.find((key) => key.kid === kid);
  };
  return {
    getJwk: async (_uri, { header: { kid } }) => {
      const now = clock().getTime();
      if (now - known.at >= believedMs || (!find(kid) && mayLook(now))) known = { at: now, keys: await readKeys() };
      return orMissing(find(kid));
    },
    getCachedJwk: (_uri, { header: { kid } }) => orMissing(find(kid)),
    getJwks: () => Promise.resolve({ keys: known.keys }),
    addJwks: () => {
      throw new Error('Keys come from the table only');
    },
  };
};
