import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '../../../../lib/local/runtime.ts';
import { type EnginesOptions, startEngines } from '../../../../lib/local/wire/engines.ts';
import { startGateway } from '../../../../lib/local/wire/gateway.ts';
import type { PolicyStatement } from '../../../../lib/local/wire/policy.ts';
import { createPrincipals } from '../../../../lib/local/wire/principals.ts';

export const region = 'us-east-1';
export const account = '000000000000';
export const tableArn = (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${name}`;
export const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;

const log = () => undefined;

/** Engines and gateway as a run has them, and SDK clients that call as a role or as the administrator. */
export async function startLocalServices(options: Partial<EnginesOptions> = {}) {
  const principals = createPrincipals({ account });
  const engines = await startEngines({ dataFolder: null, fresh: false, region, account, log, principals, ...options });
  const gateway = await startGateway({ port: 0, region, account, principals, engines, log });
  const clients: { destroy(): void }[] = [];

  /** Clients of one caller; `maxAttempts` 1 lets a test see the first error. */
  function clientsWith(credentials: Credentials) {
    const configuration = { region, endpoint: gateway.url, credentials, maxAttempts: 1 };
    const made = {
      dynamodb: new DynamoDBClient(configuration),
      s3: new S3Client(configuration),
      sqs: new SQSClient(configuration),
      kms: new KMSClient(configuration),
      ses: new SESv2Client(configuration),
    };
    clients.push(...Object.values(made));
    return made;
  }

  return {
    principals,
    engines,
    gateway,
    administrator: clientsWith(principals.administrator),
    /** Clients of a role with these statements. */
    asRole(name: string, statements: PolicyStatement[]) {
      const arn = `arn:aws:iam::${account}:role/${name}`;
      principals.addRole(arn, statements);
      return clientsWith(principals.credentialsOf(arn));
    },
    queueUrl: (name: string) => `${gateway.url}/${account}/${name}`,
    makeQueue(name: string, definition: Partial<Parameters<typeof engines.sqs.createQueue>[0]> = {}) {
      engines.sqs.createQueue({
        name,
        visibilityTimeoutSeconds: 30,
        delaySeconds: 0,
        receiveWaitSeconds: 0,
        retentionSeconds: 345_600,
        ...definition,
      });
    },
    makeTable: (name: string) =>
      engines.dynamodb.createTable({
        TableName: name,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    async close() {
      for (const client of clients) client.destroy();
      await gateway.close();
      await engines.close();
    },
  };
}

export type LocalServices = Awaited<ReturnType<typeof startLocalServices>>;
