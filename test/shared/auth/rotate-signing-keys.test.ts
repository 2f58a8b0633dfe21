import { expect, test } from 'vitest';
import { replaceSigningKeys, rotateSigningKeys } from '../../../shared/auth/rotate-signing-keys.ts';
import { accessTokenSigner, newSigningKey } from '../../../shared/auth/sign-access-token.ts';
import { signingKeyStore } from '../../../shared/auth/signing-key-store.ts';
import { accessTokenVerifier } from '../../../shared/auth/verify-access-token.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { directoryKeys } from '../../../shared/platform/table/keys.ts';
import { dyingTable } from '../../support/dying-table.ts';
import { identityOn, testIssuer as issuer } from '../../support/identity.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();
const hour = 3600;
const day = 24 * hour;

/** An installation on a clock of its own, with signers and verifiers as functions have them. */
const anInstallation = async () => {
  await table.delete(directoryKeys.signingKeys);
  const later = { seconds: 0 };
  const { store, keys, services } = identityOn(table, later);
  const { clock, ids } = services;
  const makeKey = () => newSigningKey({ keys, clock, ids });
  const readKeys = async () => (await store.all()).map(({ publicJwk }) => publicJwk);
  const signer = () => accessTokenSigner({ store, keys, clock, ids, issuer });
  const verifier = () => accessTokenVerifier({ readKeys, clock, issuer });
  const user = {
    sub: systemIds.random(),
    org: anOrganization(),
    sid: systemIds.random(),
    role: 'admin',
    roles: [],
    permissions: [],
  };
  const sign = (by = signer()) => {
    const iat = Math.floor(clock().getTime() / 1000);
    return by.sign({ ...user, iat, exp: iat + 1800 });
  };
  const rotate = () => rotateSigningKeys({ store, clock, makeKey });
  return { later, store, clock, makeKey, signer, verifier, sign, rotate };
};
const states = async ({ store }: Awaited<ReturnType<typeof anInstallation>>) =>
  (await store.all()).map(({ state }) => state).toSorted();

test('over months of rotations every token verifies until it ends, whoever verifies it', async () => {
  const installation = await anInstallation();
  const { later, sign, signer, verifier, rotate } = installation;
  const [old, fresh] = [signer(), () => signer()];
  const longLived = verifier();
  await sign(old);
  let rotations = 0;

  for (let time = 0; time < 100 * day; time += 6 * hour) {
    later.seconds = time;
    rotations += (await rotate()).changed;
    const tokens = [await sign(old), await sign(fresh())];
    later.seconds = time + 1790;
    for (const token of tokens) {
      await expect(longLived(token)).resolves.toBeDefined();
      await expect(verifier()(token)).resolves.toBeDefined();
    }
    expect((await states(installation)).filter((state) => state === 'current')).toHaveLength(1);
  }

  expect(rotations).toBeGreaterThanOrEqual(9);
  expect((await states(installation)).length).toBeLessThanOrEqual(3);
});

test('a key is announced a day before it signs, and goes when its last token has ended', async () => {
  const installation = await anInstallation();
  const { later, sign, rotate } = installation;
  await sign();
  const seen: string[][] = [await states(installation)];

  for (const time of [29 * day, 30 * day - hour, 30 * day, 30 * day + hour, 30 * day + 2 * hour]) {
    later.seconds = time;
    await rotate();
    seen.push(await states(installation));
  }

  expect(seen).toEqual([
    ['current'],
    ['current', 'next'],
    ['current', 'next'],
    ['current', 'retired'],
    ['current', 'retired'],
    ['current'],
  ]);
});

test('schedules that meet, or die at any call, leave one key that signs', async () => {
  for (let nth = 1; nth <= 3; nth += 1)
    for (const when of ['before', 'after'] as const) {
      const installation = await anInstallation();
      const { later, sign, rotate, clock, makeKey } = installation;
      await sign();
      later.seconds = 29 * day;
      const dying = signingKeyStore(dyingTable(table, nth, when).table);
      await Promise.allSettled([rotate(), rotate(), rotateSigningKeys({ store: dying, clock, makeKey })]);

      later.seconds = 30 * day;
      await Promise.allSettled([rotate(), rotate()]);

      expect((await states(installation)).filter((state) => state === 'current')).toHaveLength(1);
    }
});

test('a key that somebody else may have is replaced at once: its tokens end within five minutes', async () => {
  const { later, store, clock, makeKey, sign, signer, verifier } = await anInstallation();
  const [verify, running] = [verifier(), signer()];
  const token = await sign(running);
  await verify(token);

  await replaceSigningKeys({ store, clock, makeKey });
  // Whoever signs in at this moment, at a function that signed with the former key, gets a token that works.
  await expect(verify(await sign(running))).resolves.toBeDefined();
  later.seconds = 300;

  await expect(verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(verify(await sign())).resolves.toBeDefined();
});
