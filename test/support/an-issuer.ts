import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

/** An OpenID provider on this machine, as an organization may have one: it ends with the test. */
export const anIssuer = async () => {
  let keys: JWK[] = [];
  const server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: issuer(), jwks_uri: `${issuer()}/keys` },
      '/keys': { keys },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  const issuer = () => `http://127.0.0.1:${port}`;

  /** A new key in the place of all others, and tokens signed by it. */
  const rotate = async (kid: string, alg = 'RS256') => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    keys = [publicJwk];
    const sign = (claims: JWTPayload = {}, header: Record<string, unknown> = {}) =>
      new SignJWT({
        sub: 'u-1',
        aud: 'sms-app',
        name: 'Sam Okoro',
        email: 'sam@example.com',
        groups: ['sms-managers'],
        ...claims,
      })
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
        .setIssuer(claims.iss ?? issuer())
        .setIssuedAt()
        .setExpirationTime(claims.exp ?? '10m')
        .sign(privateKey);
    return { sign, publicJwk, privateKey };
  };
  return { issuer: issuer(), rotate };
};
