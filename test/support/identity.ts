import { attemptLimiter } from '../../shared/attempts/attempts.ts';
import { authenticator } from '../../shared/auth/authenticate.ts';
import type { Registration } from '../../shared/auth/routes.ts';
import { accessTokenSigner } from '../../shared/auth/sign-access-token.ts';
import { signingKeyStore } from '../../shared/auth/signing-key-store.ts';
import { accessTokenVerifier } from '../../shared/auth/verify-access-token.ts';
import { openDirectory } from '../../shared/directory/directory-store.ts';
import { organizationSecrets } from '../../shared/organizations/organization-secrets.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { systemIds } from '../../shared/platform/id.ts';
import type { Table } from '../../shared/platform/table/table.ts';
import { ownCodes } from '../../shared/second-factors/own-codes.ts';
import { localKeys } from './local-keys.ts';

export const testIssuer = 'urn:heliograph:test';

/** What signs in and authenticates on a table of a test; `later` moves its clock by seconds. */
export const identityOn = (table: Table, later = { seconds: 0 }) => {
  const clock = () => new Date(systemClock().getTime() + later.seconds * 1000);
  const keys = localKeys();
  const store = signingKeyStore(table);
  const readKeys = async () => (await store.all()).map(({ publicJwk }) => publicJwk);
  const verify = accessTokenVerifier({ readKeys, clock, issuer: testIssuer });
  return {
    services: {
      table,
      clock,
      ids: systemIds,
      directory: openDirectory(table),
      attempts: attemptLimiter({ table, clock }, 100_000),
      notifications: { send: async () => undefined },
      ownCodes: ownCodes({ table, clock }, (organizationId) => organizationSecrets(table, keys, organizationId)),
      registrationTier: 'enterprise' as const,
      commonPasswords: new Set(['password1', 'password123']),
      tokens: accessTokenSigner({ store, keys, clock, ids: systemIds, issuer: testIssuer }),
    },
    keys,
    store,
    verify,
    authenticate: (token: string) => authenticator({ table, clock, verify })(token, somewhere),
  };
};

export const somewhere = { sourceIp: '192.0.2.7', userAgent: 'test' };

/** A registration whose names nobody else has. */
export const aRegistration = (over: Partial<Registration> = {}) => {
  const unique = systemIds.random().slice(0, 13);
  return {
    organization_name: `Harbor ${unique}`,
    username: `dana-${unique}`,
    email: `dana-${unique}@example.com`,
    password: 'four quiet lanterns',
    full_name: 'Dana Reyes',
    ...over,
  };
};
