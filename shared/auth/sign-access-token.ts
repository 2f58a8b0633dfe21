import { importJWK, SignJWT } from 'jose';
import * as z from 'zod';
import type { Clock } from '../platform/clock.ts';
import { type KeyService, newSigningKeyPair, seal, unseal } from '../platform/crypto.ts';
import type { Ids } from '../platform/id.ts';
import { type AccessClaims, audience, tokenType } from './access-token.ts';
import { PublicJwk } from './routes.ts';
import type { SigningKey, SigningKeyStore } from './signing-key-store.ts';

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

/**
 * Signs access tokens (ES256) with the current key of the installation, which the very first token brings about. Which
 * key is current is read for every token: a key that was replaced is believed nowhere, so it must sign nothing more.
 */
export const accessTokenSigner = ({ store, keys, clock, ids, issuer }: SignerServices): AccessTokenSigner => {
  const currentKey = async () => {
    const current =
      (await store.all()).find(isCurrent) ??
      (await store.createFirst(await newSigningKey({ keys, clock, ids }))).find(isCurrent);
    if (!current) throw new Error('No signing key is current');
    return current;
  };
  const open = async ({ publicJwk: { kid }, sealedKey, sealedPrivateJwk }: SigningKey) => {
    const dataKey = await keys.unseal(sealedKey, context);
    const privateJwk = PrivateJwk.parse(JSON.parse(unseal(dataKey, sealedPrivateJwk, kid)));
    return { kid, privateKey: await importJWK(privateJwk, 'ES256') };
  };

  let opened: Awaited<ReturnType<typeof open>> | undefined;
  return {
    sign: async ({ sub, iat, exp, ...claims }) => {
      const current = await currentKey();
      const { kid, privateKey } = opened?.kid === current.publicJwk.kid ? opened : await open(current);
      opened = { kid, privateKey };
      return new SignJWT({ ...claims, token_use: 'access' })
        .setProtectedHeader({ alg: 'ES256', kid, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(sub)
        .setIssuedAt(iat)
        .setExpirationTime(exp)
        .sign(privateKey);
    },
  };
};
