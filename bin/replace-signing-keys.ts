import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { explain, LaunchError } from '../lib/launch/launch-error.ts';
import { tableAccess } from '../lib/launch/table-access.ts';
import { replaceSigningKeys } from '../shared/auth/rotate-signing-keys.ts';
import { newSigningKey } from '../shared/auth/sign-access-token.ts';
import { signingKeyStore } from '../shared/auth/signing-key-store.ts';
import { systemClock } from '../shared/platform/clock.ts';
import { kmsKeyService } from '../shared/platform/crypto.ts';
import { systemIds } from '../shared/platform/id.ts';
import { openTable } from '../shared/platform/table/table.ts';

const usage = `npm run replace-signing-keys -- --yes [--table NAME --key ARN]

  Puts a new key in the place of all that sign access tokens, for when somebody else may have one. Access tokens of the
  former keys end within five minutes; whoever is signed in goes on by the refresh token. The regular rotation needs none
  of this.

  --table NAME --key ARN   table and KMS key of a deployment (outputs TableName, KeyArn); default: the local stack's
  --yes                    does it
`;

const main = async () => {
  const options = {
    table: { type: 'string' },
    key: { type: 'string' },
    yes: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ options });
  if (!values.yes) return void process.stdout.write(usage);
  const { tableName, keyArn, local } = await tableAccess(values.table);
  const key = values.key ?? keyArn;
  if (key === undefined)
    throw new LaunchError('No key was named', 'A deployment’s key seals its signing keys.', [
      'Say --key ARN: the output KeyArn',
    ]);
  const table = openTable(DynamoDBDocumentClient.from(new DynamoDBClient(local ?? {})), tableName);
  const keys = kmsKeyService(new KMSClient(local ?? {}), key);
  const makeKey = () => newSigningKey({ keys, clock: systemClock, ids: systemIds });
  await replaceSigningKeys({ store: signingKeyStore(table), clock: systemClock, makeKey });
  process.stdout.write('✓ a new key signs access tokens; those of the former keys end within five minutes\n');
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error, false)}\n`);
  process.exitCode = 1;
}
