import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { IdentityProvider, IssuerKey, rolesOf } from '../../../shared/identity-providers/identity-provider.ts';
import { verifyForeignToken } from '../../../shared/identity-providers/verify-foreign-token.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';

const pairOf = (kid: string, bits = 2048) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
};
const ours = pairOf('key-1');
const theirs = pairOf('key-1');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const at = systemClock().toISOString();
const provider = IdentityProvider.parse({
  id: systemIds.random(),
  name: 'Corporate',
  issuer: 'https://id.example.com',
  audience: 'sms-app',
  audienceClaim: 'aud',
  subjectClaim: 'sub',
  nameClaim: 'name',
  emailClaim: 'email',
  roles: [{ claim: 'groups', value: 'sms', role: 'agent' }],
  defaultRole: null,
  active: true,
  keys: [IssuerKey.parse(ours.jwk), IssuerKey.parse({ ...ec.publicKey.export({ format: 'jwk' }), kid: 'key-ec' })],
  refreshedAt: at,
  createdAt: at,
  updatedAt: at,
  version: 1,
});
let asked = 0;
const verify = (token: string) =>
  verifyForeignToken(provider, token, systemClock(), async () => {
    asked += 1;
  });

const now = Math.floor(systemClock().getTime() / 1000);
const goodHeader = { alg: 'RS256', kid: 'key-1', typ: 'JWT' };
const goodClaims = { iss: provider.issuer, aud: 'sms-app', sub: 'u-1', iat: now, exp: now + 600 };
const encode = (part: object | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const signed = (
  header: object | string = goodHeader,
  claims: object | string = goodClaims,
  key: KeyObject = ours.privateKey,
) => {
  const input = `${encode(header)}.${encode(claims)}`;
  const options = key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  return `${input}.${sign('sha256', Buffer.from(input), options).toString('base64url')}`;
};
const without = (name: string) => Object.fromEntries(Object.entries(goodClaims).filter(([key]) => key !== name));
const good = signed();
const [head = '', body = '', signature = ''] = good.split('.');
const hs256 = `${encode({ ...goodHeader, alg: 'HS256' })}.${body}`;
const hmac = (secret: string) => createHmac('sha256', secret).update(hs256).digest('base64url');

const forged: Record<string, string> = {
  'no token at all': 'x',
  'two parts': `${head}.${body}`,
  'four parts': `${good}.${signature}`,
  'altered claims': `${head}.${encode({ ...goodClaims, sub: 'u-2' })}.${signature}`,
  'no signature': `${head}.${body}.`,
  'a signature cut short': good.slice(0, -8),
  'a short signature of an EC key': `${encode({ ...goodHeader, alg: 'ES256', kid: 'key-ec' })}.${body}.${Buffer.alloc(48, 1).toString('base64url')}`,
  'a padded signature': `${good}==`,
  'alg none': `${encode({ ...goodHeader, alg: 'none' })}.${body}.`,
  'alg none with a signature': signed({ ...goodHeader, alg: 'none' }),
  'HS256 with the public key as secret': `${hs256}.${hmac(JSON.stringify(ours.jwk))}`,
  'HS256 with the modulus as secret': `${hs256}.${hmac(ours.jwk.n ?? '')}`,
  'RS384 on a key for RS256': signed({ ...goodHeader, alg: 'RS384' }),
  'ES256 on an RSA key': signed({ ...goodHeader, alg: 'ES256' }),
  'RS256 on an EC key': signed({ ...goodHeader, kid: 'key-ec' }),
  'the key of somebody else': signed(goodHeader, goodClaims, theirs.privateKey),
  'an unknown kid': signed({ ...goodHeader, kid: 'key-9' }, goodClaims, theirs.privateKey),
  'a kid that is an address': signed({ ...goodHeader, kid: 'https://example.com/keys' }),
  'no kid': signed({ alg: 'RS256', typ: 'JWT' }),
  'an embedded key': signed({ ...goodHeader, jwk: theirs.jwk }, goodClaims, theirs.privateKey),
  'an embedded key, signed by the issuer': signed({ ...goodHeader, jwk: theirs.jwk }),
  'a key address': signed({ ...goodHeader, jku: 'https://example.com/jwks.json' }),
  'a certificate address': signed({ ...goodHeader, x5u: 'https://example.com/cert' }),
  'an embedded certificate': signed({ ...goodHeader, x5c: ['AAAA'] }),
  'a critical extension': signed({ ...goodHeader, crit: ['b64'], b64: false }),
  'another type': signed({ ...goodHeader, typ: 'logout+jwt' }),
  'another issuer': signed(goodHeader, { ...goodClaims, iss: 'https://id.example.org' }),
  'an issuer with a slash more': signed(goodHeader, { ...goodClaims, iss: `${provider.issuer}/` }),
  'no issuer': signed(goodHeader, without('iss')),
  'another audience': signed(goodHeader, { ...goodClaims, aud: 'another-app' }),
  'no audience': signed(goodHeader, without('aud')),
  'the audience in another claim': signed(goodHeader, { ...without('aud'), client_id: 'sms-app' }),
  expired: signed(goodHeader, { ...goodClaims, exp: now - 1 }),
  'no expiry': signed(goodHeader, without('exp')),
  'expiry as text': signed(goodHeader, { ...goodClaims, exp: '9999999999' }),
  'not yet valid': signed(goodHeader, { ...goodClaims, nbf: now + 3600 }),
  'made in the future': signed(goodHeader, { ...goodClaims, iat: now + 3600 }),
  'duplicate claims that end expired': signed(
    goodHeader,
    `{"exp":9999999999,${JSON.stringify({ ...goodClaims, exp: 1 }).slice(1)}`,
  ),
  'a token to refresh with': signed(goodHeader, { ...goodClaims, token_use: 'refresh' }),
  'claims that are no object': signed(goodHeader, '[]'),
  'over-long': signed(goodHeader, { ...goodClaims, more: 'x'.repeat(9000) }),
};

test('a token that the issuer signed for us is believed, with either kind of key', async () => {
  await expect(verify(good)).resolves.toMatchObject({ sub: 'u-1' });
  const byEc = signed({ ...goodHeader, alg: 'ES256', kid: 'key-ec' }, goodClaims, ec.privateKey);
  await expect(verify(byEc)).resolves.toMatchObject({ sub: 'u-1' });
});

test.each(Object.entries(forged))('a token is refused: %s', async (_name, token) => {
  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('only an unknown key makes anybody look for new ones', async () => {
  const before = asked;

  for (const token of [forged['altered claims'] ?? '', forged.expired ?? '', forged['an unknown kid'] ?? ''])
    await verify(token).catch(() => undefined);

  expect(asked - before).toBe(1);
});

test('keys that could serve a forger are none: symmetric ones, short ones', () => {
  for (const key of [
    { kty: 'oct', kid: 'k', k: 'AAAA' },
    pairOf('short', 1024).jwk,
    { kty: 'EC', kid: 'k', crv: 'secp256k1', x: 'a', y: 'b' },
  ])
    expect(IssuerKey.safeParse(key).success).toBe(false);
});

test('claims stand for roles by lists and by paths, and inherited names are none', () => {
  const mapped = { ...provider, roles: [...provider.roles, { claim: 'a.b', value: 'c', role: 'viewer' }] };

  expect(rolesOf(mapped, { groups: ['other', 'sms'], a: { b: 'c' } })).toEqual(['agent', 'viewer']);
  expect(rolesOf(mapped, { groups: 'sms' })).toEqual(['agent']);
  expect(rolesOf({ ...mapped, defaultRole: 'customer' }, {})).toEqual(['customer']);
  expect(rolesOf({ ...mapped, roles: [{ claim: 'constructor.name', value: 'Object', role: 'admin' }] }, {})).toEqual(
    [],
  );
});
