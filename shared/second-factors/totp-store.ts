import * as z from 'zod';
import type { OrganizationId } from '../platform/organization-id.ts';
import { and, equals, lessThan, missing, or } from '../platform/table/expression.ts';
import { authKeys } from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';

const Totp = z.object({
  sealedSecret: z.string(),
  /** Until it is confirmed by a code it counts for nothing. */
  confirmed: z.boolean(),
  createdAt: z.iso.datetime(),
  /** The last time step whose code was used: each works once. */
  lastStep: z.number().int().optional(),
});
export type Totp = z.infer<typeof Totp>;

const RecoveryCodes = z.object({ hashes: z.record(z.string(), z.literal(true)) });

/** Authenticator apps and recovery codes of an organization's auth users. */
export const totpStore = (table: Table, organizationId: OrganizationId) => {
  const totpKey = (userId: string) => authKeys.totp(organizationId, userId);
  const recoveryKey = (userId: string) => authKeys.recoveryCodes(organizationId, userId);
  return {
    get: async (userId: string): Promise<Totp | undefined> => {
      const item = await table.get(totpKey(userId), { consistent: true });
      return item && Totp.parse(item);
    },

    /** Puts a new secret, to be confirmed, in the place of one that wasn't. */
    begin: (userId: string, totp: Totp): Promise<void> =>
      table.put({ ...totpKey(userId), ...totp }, or(missing('pk'), equals('confirmed', false))),

    /** The write that confirms the secret which was begun at `createdAt`, by the code of `step`. */
    confirm: (userId: string, { createdAt }: Totp, step: number): Write => ({
      update: totpKey(userId),
      change: { set: { confirmed: true, lastStep: step } },
      if: and(equals('createdAt', createdAt), equals('confirmed', false)),
    }),

    /** The write that uses the code of `step` up. */
    use: (userId: string, step: number): Write => ({
      update: totpKey(userId),
      change: { set: { lastStep: step } },
      if: and(equals('confirmed', true), or(missing('lastStep'), lessThan('lastStep', step))),
    }),

    /** The write that puts recovery codes (their hashes) in the place of all former ones. */
    setRecoveryCodes: (userId: string, hashes: readonly string[]): Write => ({
      put: { ...recoveryKey(userId), hashes: Object.fromEntries(hashes.map((hash) => [hash, true])) },
    }),

    /** The write that uses a recovery code up, or undefined when it is none. */
    useRecoveryCode: async (userId: string, hash: string): Promise<Write | undefined> => {
      const item = await table.get(recoveryKey(userId), { consistent: true });
      const codes = item && RecoveryCodes.parse(item);
      if (!codes?.hashes[hash]) return undefined;
      const name = `hashes.${hash}`;
      return { update: recoveryKey(userId), change: { remove: [name] }, if: equals(name, true) };
    },

    /** The writes after which there is neither app nor recovery code. */
    remove: (userId: string): Write[] => [{ delete: totpKey(userId) }, { delete: recoveryKey(userId) }],
  };
};
