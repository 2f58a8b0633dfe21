import { createHmac, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { type PublicJwk, PublicJwk as PublicJwkSchema } from '../../../shared/auth/routes.ts';
import { accessTokenVerifier } from '../../../shared/auth/verify-access-token.ts';
import { systemClock } from '../../../shared/platform/clock.ts';

const issuer = 'urn:heliograph:test';
const pairOf = (kid: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk: JsonWebKey = publicKey.export({ format: 'jwk' });
  return { privateKey, publicJwk: PublicJwkSchema.parse({ ...jwk, kid, use: 'sig', alg: 'ES256' }) };
};
const ours = pairOf('key-1');
const theirs = pairOf('key-1');
let reads = 0;
let published: PublicJwk[] = [ours.publicJwk];
const readKeys = async () => {
  reads += 1;
  return published;
};
const later = { seconds: 0 };
const clock = () => new Date(systemClock().getTime() + later.seconds * 1000);
const verify = accessTokenVerifier({ readKeys, clock, issuer });

const now = Math.floor(systemClock().getTime() / 1000);
const id = '7b0e7c3e-6a52-4f11-9c88-0a6d3e1f2b4c';
const goodHeader = { alg: 'ES256', kid: 'key-1', typ: 'at+jwt' };
const goodClaims = {
  iss: issuer,
  aud: 'heliograph-api',
  sub: id,
  org: id,
  sid: id,
  role: 'admin',
  permissions: ['contacts:read'],
  token_use: 'access',
  iat: now,
  exp: now + 1800,
};
const encode = (part: object | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const signed = (
  header: object | string = goodHeader,
  claims: object | string = goodClaims,
  key: KeyObject = ours.privateKey,
) => {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
};
const without = (name: string) => Object.fromEntries(Object.entries(goodClaims).filter(([key]) => key !== name));
const good = signed();
const [head = '', body = '', signature = ''] = good.split('.');
const hmac = (input: string) => createHmac('sha256', JSON.stringify(ours.publicJwk)).update(input).digest('base64url');
const hs256 = `${encode({ ...goodHeader, alg: 'HS256' })}.${body}`;
/** Another spelling of the same last byte: 64 bytes leave four bits unused in the last of 86 characters. */
const respelled = { A: 'B', Q: 'R', g: 'h', w: 'x' }[signature.slice(-1)] ?? 'none';

const forged: Record<string, string> = {
  'no token at all': 'x',
  'two parts': `${head}.${body}`,
  'four parts': `${good}.${signature}`,
  'altered claims': `${head}.${encode({ ...goodClaims, role: 'superuser' })}.${signature}`,
  'altered header': `${encode({ ...goodHeader, kid: 'key-2' })}.${body}.${signature}`,
  'a signature cut short': good.slice(0, -4),
  'a shorter signature, well written': `${head}.${body}.${Buffer.alloc(48, 1).toString('base64url')}`,
  'no signature': `${head}.${body}.`,
  'a signature of zeros': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
  'a respelled signature': `${head}.${body}.${signature.slice(0, -1)}${respelled}`,
  'a padded signature': `${good}==`,
  'alg none': `${encode({ ...goodHeader, alg: 'none' })}.${body}.`,
  'alg none with a signature': signed({ ...goodHeader, alg: 'none' }),
  'alg NONE': `${encode({ ...goodHeader, alg: 'NONE' })}.${body}.${signature}`,
  'HS256 with the public key as secret': `${hs256}.${hmac(hs256)}`,
  'ES384 on our key': signed({ ...goodHeader, alg: 'ES384' }),
  'no alg': signed({ kid: 'key-1', typ: 'at+jwt' }),
  'the key of somebody else': signed(goodHeader, goodClaims, theirs.privateKey),
  'an unknown kid': signed({ ...goodHeader, kid: 'key-9' }, goodClaims, theirs.privateKey),
  'a kid that is a path': signed({ ...goodHeader, kid: '../../etc/passwd' }),
  'no kid': signed({ alg: 'ES256', typ: 'at+jwt' }),
  'an embedded key': signed({ ...goodHeader, jwk: theirs.publicJwk }, goodClaims, theirs.privateKey),
  'an embedded key, signed by us': signed({ ...goodHeader, jwk: theirs.publicJwk }),
  'a key address': signed({ ...goodHeader, jku: 'https://example.com/jwks.json' }),
  'a critical extension': signed({ ...goodHeader, crit: ['b64'], b64: false }),
  'another type': signed({ ...goodHeader, typ: 'JWT' }),
  'another issuer': signed(goodHeader, { ...goodClaims, iss: 'urn:heliograph:other' }),
  'no issuer': signed(goodHeader, without('iss')),
  'another audience': signed(goodHeader, { ...goodClaims, aud: 'somebody' }),
  'no audience': signed(goodHeader, without('aud')),
  'another use': signed(goodHeader, { ...goodClaims, token_use: 'id' }),
  'no use': signed(goodHeader, without('token_use')),
  expired: signed(goodHeader, { ...goodClaims, exp: now - 1 }),
  'no expiry': signed(goodHeader, without('exp')),
  'expiry as text': signed(goodHeader, { ...goodClaims, exp: '9999999999' }),
  'not yet valid': signed(goodHeader, { ...goodClaims, nbf: now + 600 }),
  'no organization': signed(goodHeader, without('org')),
  'no session': signed(goodHeader, without('sid')),
  'a subject that is no id': signed(goodHeader, { ...goodClaims, sub: 'O#1' }),
  'duplicate claims that end expired': signed(
    goodHeader,
    `{"exp":9999999999,${JSON.stringify({ ...goodClaims, exp: 1 }).slice(1)}`,
  ),
  'claims that are no object': signed(goodHeader, '[]'),
  'over-long': signed(goodHeader, { ...goodClaims, role: 'x'.repeat(9000) }),
};

test('a token of ours is believed', async () => {
  await expect(verify(good)).resolves.toMatchObject({ sub: id, org: id, sid: id });
});

test.each(Object.entries(forged))('a token is refused: %s', async (_name, token) => {
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('forged key ids cost a bounded number of reads, and never a valid token its answer', async () => {
  const before = reads;

  for (let count = 0; count < 100; count += 1)
    await verify(signed({ ...goodHeader, kid: `forged-${count}` })).catch(() => {});

  expect(reads - before).toBeLessThanOrEqual(20);
  await expect(verify(good)).resolves.toMatchObject({ sub: id });
});

test('a new key is found at once, and a key that was taken away is forgotten within minutes', async () => {
  const next = pairOf('key-2');
  published = [ours.publicJwk, next.publicJwk];
  later.seconds = 30;

  await expect(verify(signed({ ...goodHeader, kid: 'key-2' }, goodClaims, next.privateKey))).resolves.toBeDefined();

  published = [next.publicJwk];
  later.seconds += 300;
  await expect(verify(good)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a table that cannot be read is no reason to call a token invalid', async () => {
  const broken = accessTokenVerifier({ readKeys: () => Promise.reject(new Error('unreachable')), clock, issuer });

  await expect(broken(good)).rejects.toThrow('unreachable');
});
