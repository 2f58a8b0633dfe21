import { createHash, randomBytes } from 'node:crypto';
import { type KeyService, seal, unseal } from '../../shared/platform/crypto.ts';

/** A key service without KMS, as strict about the encryption context; counts how often it is asked to unseal. */
export const localKeys = (): KeyService & { unsealed: number } => {
  const master = createHash('sha256').update('master').digest();
  const keys = {
    unsealed: 0,
    generate: async (context: Record<string, string>) => {
      const key = randomBytes(32);
      return { key, sealedKey: seal(master, key.toString('hex'), JSON.stringify(context)) };
    },
    unseal: async (sealedKey: string, context: Record<string, string>) => {
      keys.unsealed += 1;
      return Buffer.from(unseal(master, sealedKey, JSON.stringify(context)), 'hex');
    },
  };
  return keys;
};
