import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type AwsAnswer, type AwsCall, AwsError, type Need } from '../engine.ts';
import type { KmsEngine } from '../engines.ts';
import { openKeyStore } from './key-store.ts';

const Context = z.record(z.string(), z.string()).default({});
const blob = z.string().transform((text) => Buffer.from(text, 'base64'));
const WithKey = z.object({ KeyId: z.string() });
const GenerateDataKey = z.strictObject({
  KeyId: z.string(),
  EncryptionContext: Context,
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  NumberOfBytes: z.number().int().min(1).max(1024).optional(),
});
const Encrypt = z.strictObject({ KeyId: z.string(), Plaintext: blob, EncryptionContext: Context });
const Decrypt = z.strictObject({ CiphertextBlob: blob, EncryptionContext: Context, KeyId: z.string().optional() });

const ivBytes = 12;
const tagBytes = 16;
const idBytes = 16;

/** The context is authenticated, not stored, in an order that does not depend on who wrote it. */
function additionalData(context: z.infer<typeof Context>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
}

/** Symmetric keys: data keys and small secrets, sealed with AES-256-GCM under key material kept in the data folder. */
export function createKms(options: { folder: string | null; region: string; account: string }): KmsEngine {
  const keys = openKeyStore(options.folder);
  const aliases = new Map<string, string>();
  const arnOf = (keyId: string) => `arn:aws:kms:${options.region}:${options.account}:key/${keyId}`;

  function resolve(given: string): { keyId: string; alias?: string } {
    const name = given.replace(/^arn:aws:kms:[^:]*:[^:]*:(key\/)?/, '');
    const keyId = name.startsWith('alias/') ? aliases.get(name) : name;
    if (!keyId || !keys.has(keyId)) throw new AwsError('NotFoundException', `Key '${given}' does not exist`);
    return { keyId, ...(name.startsWith('alias/') && { alias: name }) };
  }

  function seal(keyId: string, plaintext: Buffer, context: z.infer<typeof Context>): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', keys.material(keyId), iv).setAAD(additionalData(context));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const id = Buffer.from(keyId.replaceAll('-', ''), 'hex');
    return Buffer.concat([id, iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  function keyOf(sealed: Buffer): string {
    const hex = sealed.subarray(0, idBytes).toString('hex');
    const keyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (!keys.has(keyId)) throw new AwsError('InvalidCiphertextException', '');
    return keyId;
  }

  function open(sealed: Buffer, context: z.infer<typeof Context>): Buffer {
    const iv = sealed.subarray(idBytes, idBytes + ivBytes);
    const tag = sealed.subarray(idBytes + ivBytes, idBytes + ivBytes + tagBytes);
    try {
      const decipher = createDecipheriv('aes-256-gcm', keys.material(keyOf(sealed)), iv, { authTagLength: tagBytes });
      decipher.setAAD(additionalData(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(idBytes + ivBytes + tagBytes)), decipher.final()]);
    } catch {
      throw new AwsError('InvalidCiphertextException', '');
    }
  }

  function need({ action, input }: AwsCall): Need {
    const context = parse(z.looseObject({ EncryptionContext: Context }), input).EncryptionContext;
    const named = z.looseObject({ KeyId: z.string(), CiphertextBlob: blob.optional() });
    const target =
      action === 'Decrypt'
        ? { keyId: keyOf(parse(Decrypt, input).CiphertextBlob) }
        : resolve(parse(named, input).KeyId);
    return {
      action: `kms:${action}`,
      resource: arnOf(target.keyId),
      context: {
        'kms:CallerAccount': options.account,
        ...('alias' in target && target.alias && { 'kms:RequestAlias': target.alias }),
        ...(Object.keys(context).length > 0 && { 'kms:EncryptionContextKeys': Object.keys(context) }),
        ...Object.fromEntries(Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
      },
    };
  }

  function generateDataKey(input: unknown) {
    const { KeyId, EncryptionContext, KeySpec, NumberOfBytes } = parse(GenerateDataKey, input);
    if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
      throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const { keyId } = resolve(KeyId);
    const key = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32));
    return {
      KeyId: arnOf(keyId),
      Plaintext: key.toString('base64'),
      CiphertextBlob: seal(keyId, key, EncryptionContext),
    };
  }

  function answer(action: string, input: unknown): unknown {
    switch (action) {
      case 'GenerateDataKey':
        return generateDataKey(input);
      case 'GenerateDataKeyWithoutPlaintext': {
        const { KeyId, CiphertextBlob } = generateDataKey(input);
        return { KeyId, CiphertextBlob };
      }
      case 'Encrypt': {
        const { KeyId, Plaintext, EncryptionContext } = parse(Encrypt, input);
        const { keyId } = resolve(KeyId);
        if (Plaintext.length > 4096) throw new AwsError('ValidationException', 'Plaintext is longer than 4096 bytes.');
        return {
          KeyId: arnOf(keyId),
          CiphertextBlob: seal(keyId, Plaintext, EncryptionContext),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
      }
      case 'Decrypt': {
        const { CiphertextBlob, EncryptionContext, KeyId } = parse(Decrypt, input);
        const keyId = keyOf(CiphertextBlob);
        if (KeyId && resolve(KeyId).keyId !== keyId)
          throw new AwsError('IncorrectKeyException', 'The key is not the one that encrypted.');
        return {
          KeyId: arnOf(keyId),
          Plaintext: open(CiphertextBlob, EncryptionContext).toString('base64'),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
      }
      default: {
        const { keyId } = resolve(parse(WithKey, input).KeyId);
        return {
          KeyMetadata: {
            KeyId: keyId,
            Arn: arnOf(keyId),
            Enabled: true,
            KeyState: 'Enabled',
            KeyUsage: 'ENCRYPT_DECRYPT',
            KeySpec: 'SYMMETRIC_DEFAULT',
          },
        };
      }
    }
  }

  const known = new Set(['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'Encrypt', 'Decrypt', 'DescribeKey']);
  return {
    createKey: (keyId) => keys.create(keyId),
    createAlias(aliasName, keyId) {
      aliases.set(aliasName, resolve(keyId).keyId);
    },
    needs: (call) => (known.has(call.action) ? [need(call)] : []),
    async handle({ action, input }): Promise<AwsAnswer> {
      const body = JSON.stringify(answer(action, input));
      return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body };
    },
  };
}
