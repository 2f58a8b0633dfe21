import * as z from 'zod';
import { equals, missing } from '../platform/table/expression.ts';
import { directoryKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { PublicJwk } from './routes.ts';

/** A key that signs access tokens, or did, or will. Only functions that may use the KMS key can read its private half. */
export const SigningKey = z.object({
  state: z.enum(['next', 'current', 'retired']),
  /** Since when it is in that state. */
  stateSince: z.iso.datetime(),
  publicJwk: PublicJwk,
  sealedKey: z.string(),
  sealedPrivateJwk: z.string(),
  createdAt: z.iso.datetime(),
});
export type SigningKey = z.infer<typeof SigningKey>;

const Item = z.object({ keys: z.array(SigningKey), version: z.number().int() });

/** The signing keys of the installation: one item, so that readers never see half of a rotation. */
export const signingKeyStore = (table: Table) => {
  const read = async (): Promise<{ keys: SigningKey[]; version: number }> => {
    const item = await table.get(directoryKeys.signingKeys, { consistent: true });
    return item ? Item.parse(item) : { keys: [], version: 0 };
  };
  return {
    read,
    all: async (): Promise<SigningKey[]> => (await read()).keys,

    /** Keeps the first key of the installation. Answers the keys that stand: another's, if that came first. */
    createFirst: async (key: SigningKey): Promise<SigningKey[]> => {
      try {
        await table.put({ ...directoryKeys.signingKeys, keys: [key], version: 1 }, missing('pk'));
        return [key];
      } catch (error) {
        if (error instanceof ConditionFailed) return Item.parse(error.item).keys;
        throw error;
      }
    },

    /** Puts `keys` in the place of those that were read as `version` (0: none). Answers whether nobody else did. */
    replace: (keys: readonly SigningKey[], version: number): Promise<boolean> =>
      unlessRefused(() =>
        table.put(
          { ...directoryKeys.signingKeys, keys, version: version + 1 },
          version === 0 ? missing('pk') : equals('version', version),
        ),
      ),
  };
};
export type SigningKeyStore = ReturnType<typeof signingKeyStore>;
