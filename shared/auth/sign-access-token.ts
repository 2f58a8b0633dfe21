import { importJWK, SignJWT } from 'jose';
import * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import { type KeyService, newSigningKeyPair, seal, unseal } from '../platform/crypto.ts';
import type { Ids } from '../platform/id.ts';
import { type AccessClaims, audience, tokenType } from './access-token.ts';
import { PublicJwk } from './routes.ts';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

/** How long a function signs with a key before it looks whether another is current. */
const believedMs = 5 * 60_000;
const context = { purpose: 'access-tokens' };
const PrivateJwk = z.record(z.string(), z.string());

export interface AccessTokenSigner {
  sign(claims: Omit<AccessClaims, 'token_use'>): Promise<string>;
}

export interface SignerServices {
  store: SigningKeyStore;
  keys: KeyService;
  clock: Clock;
  ids: Ids;
  issuer: string;
}

/** A new key pair, its private half sealed under a data key of its own. */
export const newSigningKey = async ({
  keys,
  clock,
  ids,
}: Pick<SignerServices, 'keys' | 'clock' | 'ids'>): Promise<SigningKey> => {
  const kid = ids.random();
  const { publicKey, privateKey } = newSigningKeyPair();
  const { key, sealedKey } = await keys.generate(context);
  const now = clock().toISOString();
  return {
    state: 'current',
    stateSince: now,
    publicJwk: PublicJwk.parse({ ...publicKey, kid, use: 'sig', alg: 'ES256' }),
    sealedKey,
    sealedPrivateJwk: seal(key, JSON.stringify(privateKey), kid),
    createdAt: now,
  };
};

const isCurrent = ({ state }: SigningKey) => state === 'current';

/** Signs access tokens (ES256) with the current key of the installation, which the very first token brings about. */
export const accessTokenSigner = ({ store, keys, clock, ids, issuer }: SignerServices): AccessTokenSigner => {
  const open = async () => {
    const current =
      (await store.all()).find(isCurrent) ??
      (await store.createFirst(await newSigningKey({ keys, clock, ids }))).find(isCurrent);
    if (!current) throw new Error('No signing key is current');
    const { kid } = current.publicJwk;
    const dataKey = await keys.unseal(current.sealedKey, context);
    const privateJwk = PrivateJwk.parse(JSON.parse(unseal(dataKey, current.sealedPrivateJwk, kid)));
    return { kid, privateKey: await importJWK(privateJwk, 'ES256'), until: clock().getTime() + believedMs };
  };

  let opened: Awaited<ReturnType<typeof open>> | undefined;
  return {
    sign: async ({ sub, iat, exp, ...claims }) => {
      if (!opened || opened.until <= clock().getTime()) opened = await open();
      return new SignJWT({ ...claims, token_use: 'access' })
        .setProtectedHeader({ alg: 'ES256', kid: opened.kid, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(sub)
        .setIssuedAt(iat)
        .setExpirationTime(exp)
        .sign(opened.privateKey);
    },
  };
};
