import type { OrganizationSecrets } from '../organizations/organization-secrets.ts';
import type { Clock } from '../platform/clock.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { OwnCodes } from '../verification-codes/prove.ts';
import { hashOfRecoveryCode, stepOfCode } from './totp.ts';
import { totpStore } from './totp-store.ts';

/** Where the secret of a user's app is sealed. */
export const placeOfTotp = (userId: string) => `totp#${userId}`;

/** Codes of authenticator apps, each once in its half minute; and recovery codes, each once. */
export const ownCodes = (
  { table, clock }: { table: Table; clock: Clock },
  secretsOf: (organizationId: OrganizationId) => OrganizationSecrets,
): OwnCodes => ({
  check: async (organizationId, userId, code) => {
    const store = totpStore(table, organizationId);
    if (!/^\d{6}$/.test(code)) {
      const used = await store.useRecoveryCode(userId, hashOfRecoveryCode(code));
      return used && [used];
    }
    const totp = await store.get(userId);
    if (!totp?.confirmed) return undefined;
    const secret = await secretsOf(organizationId).open(totp.sealedSecret, placeOfTotp(userId));
    const step = stepOfCode(secret, code, clock());
    return step === undefined || step <= (totp.lastStep ?? 0) ? undefined : [store.use(userId, step)];
  },
});
