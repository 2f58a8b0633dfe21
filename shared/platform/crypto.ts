import { createCipheriv, createDecipheriv, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

/** The two calls of KMS that we use: a new data key, and one unsealed again. `context` must be the same for both. */
export interface KeyService {
  /** A new data key of 256 bits, in the clear and sealed (base64). */
  generate(context: Record<string, string>): Promise<{ key: Uint8Array; sealedKey: string }>;
  unseal(sealedKey: string, context: Record<string, string>): Promise<Uint8Array>;
}

export const kmsKeyService = (client: KMSClient, keyArn: string): KeyService => ({
  generate: async (context) => {
    const { Plaintext, CiphertextBlob } = await client.send(
      new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: context }),
    );
    if (!Plaintext || !CiphertextBlob) throw new Error('KMS answered no data key');
    return { key: Plaintext, sealedKey: Buffer.from(CiphertextBlob).toString('base64') };
  },
  unseal: async (sealedKey, context) => {
    const { Plaintext } = await client.send(
      new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: Buffer.from(sealedKey, 'base64'),
        EncryptionContext: context,
      }),
    );
    if (!Plaintext) throw new Error('KMS answered no key');
    return Plaintext;
  },
});

/** A key service that unseals each data key once: KMS costs a call and its time, and the key stays the same. */
export const rememberingKeyService = (service: KeyService, mostKeys = 500): KeyService => {
  const known = new Map<string, Uint8Array>();
  return {
    generate: (context) => service.generate(context),
    unseal: async (sealedKey, context) => {
      const name = JSON.stringify([sealedKey, context]);
      const remembered = known.get(name);
      if (remembered) return remembered;
      const key = await service.unseal(sealedKey, context);
      const [oldest] = known.keys();
      if (known.size >= mostKeys && oldest !== undefined) known.delete(oldest);
      known.set(name, key);
      return key;
    },
  };
};

/** A new pair of keys for ES256 signatures, as JSON web keys. */
export const newSigningKeyPair = (): { publicKey: JsonWebKey; privateKey: JsonWebKey } => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { publicKey: publicKey.export({ format: 'jwk' }), privateKey: privateKey.export({ format: 'jwk' }) };
};

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM: base64 of iv, tag and ciphertext. `bound` is authenticated with it: a value can't be moved elsewhere. */
export const seal = (key: Uint8Array, secret: string, bound: string): string => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
};

/** @throws Error when the value was altered, moved or sealed under another key */
export const unseal = (key: Uint8Array, sealed: string, bound: string): string => {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
    .setAAD(Buffer.from(bound))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
};
