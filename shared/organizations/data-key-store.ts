import * as z from 'zod';
import type { KeyService } from '../platform/crypto.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { missing } from '../platform/table/expression.ts';
import { organizationKeys } from '../platform/table/keys.ts';
import { ConditionFailed, type Table } from '../platform/table/table.ts';

const DataKey = z.object({ sealedKey: z.string() });

/** The key under which the secrets of one organization are sealed; itself sealed by KMS, for that organization only. */
export const dataKeyStore = (table: Table, keys: KeyService, organizationId: OrganizationId) => {
  const context = { organization: organizationId };
  const item = organizationKeys.dataKey(organizationId);
  const unseal = (stored: unknown) => keys.unseal(DataKey.parse(stored).sealedKey, context);
  const find = async (): Promise<Uint8Array | undefined> => {
    const stored = await table.get(item, { consistent: true });
    return stored && unseal(stored);
  };
  return {
    find,
    /** The key, made by whoever needs it first; two who do so at once get the same. */
    findOrCreate: async (): Promise<Uint8Array> => {
      const found = await find();
      if (found) return found;
      const { key, sealedKey } = await keys.generate(context);
      try {
        await table.put({ ...item, sealedKey }, missing('pk'));
        return key;
      } catch (error) {
        if (error instanceof ConditionFailed) return unseal(error.item);
        throw error;
      }
    },
  };
};
