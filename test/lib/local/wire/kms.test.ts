import { DecryptCommand, DescribeKeyCommand, EncryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalServices, startLocalServices } from './local-services.ts';

const keyId = '11111111-2222-4333-8444-555555555555';
let services: LocalServices;
beforeAll(async () => {
  services = await startLocalServices();
  services.engines.kms.createKey(keyId);
  services.engines.kms.createAlias('alias/secrets', keyId);
});
afterAll(() => services.close());

const EncryptionContext = { organizationId: 'o1' };

describe('a key', () => {
  it('gives a data key and opens it again under the same context only', async () => {
    const { kms } = services.administrator;

    const made = await kms.send(
      new GenerateDataKeyCommand({ KeyId: 'alias/secrets', KeySpec: 'AES_256', EncryptionContext }),
    );
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }));
    const stolen = kms.send(
      new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext: { organizationId: 'o2' } }),
    );

    expect(made.Plaintext).toHaveLength(32);
    expect(opened.Plaintext).toEqual(made.Plaintext);
    await expect(stolen).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  it('encrypts small secrets and describes itself', async () => {
    const { kms } = services.administrator;

    const sealed = await kms.send(new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('secret') }));
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
    const described = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/secrets' }));

    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('secret');
    expect(described.KeyMetadata?.KeyId).toBe(keyId);
  });

  it('is for those whose policy names it, and for the context that the policy names', async () => {
    const arn = `arn:aws:kms:us-east-1:000000000000:key/${keyId}`;
    const condition = { StringEquals: { 'kms:EncryptionContext:organizationId': 'o1' } };
    const { kms } = services.asRole('sealer', [
      { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: arn, Condition: condition },
    ]);
    const generate = (organizationId: string) =>
      kms.send(new GenerateDataKeyCommand({ KeyId: arn, KeySpec: 'AES_256', EncryptionContext: { organizationId } }));

    const own = await generate('o1');
    const other = generate('o2');
    const decrypt = kms.send(new DecryptCommand({ CiphertextBlob: own.CiphertextBlob, EncryptionContext }));

    await expect(other).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(decrypt).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
