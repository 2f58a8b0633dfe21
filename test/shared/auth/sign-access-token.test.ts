import { expect, test } from 'vitest';
import { accessTokenSigner } from '../../../shared/auth/sign-access-token.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { directoryKeys } from '../../../shared/platform/table/keys.ts';
import { identityOn, testIssuer } from '../../support/identity.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();

test('functions that sign first all at once agree on one key, whose private half is sealed', async () => {
  const { store, keys, verify } = identityOn(table);
  const signers = Array.from({ length: 10 }, () =>
    accessTokenSigner({ store, keys, clock: systemClock, ids: systemIds, issuer: testIssuer }),
  );
  const iat = Math.floor(systemClock().getTime() / 1000);
  const user = {
    sub: systemIds.random(),
    org: anOrganization(),
    sid: systemIds.random(),
    role: 'admin',
    roles: ['admin'],
  };

  const tokens = await Promise.all(signers.map(({ sign }) => sign({ ...user, permissions: [], iat, exp: iat + 60 })));

  const item = JSON.stringify(await table.get(directoryKeys.signingKeys));
  await Promise.all(tokens.map((token) => expect(verify(token)).resolves.toMatchObject(user)));
  expect(await store.all()).toHaveLength(1);
  expect(item).not.toContain('"d":');
});
