import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mailbox, openMailbox } from '../mail/mailbox.ts';
import type { Runtime } from '../runtime.ts';
import { createDynamodb } from './dynamodb/engine.ts';
import { startDynoxide } from './dynamodb/process.ts';
import type { Engine } from './engine.ts';
import { createKms } from './kms/engine.ts';
import type { PrincipalRegistry } from './principals.ts';
import { createS3 } from './s3/engine.ts';
import { createSes } from './ses/engine.ts';
import { createSqs } from './sqs/engine.ts';

/** Address of an engine that the person runs (`AWS_ENDPOINT_URL_DYNAMODB`), instead of one of ours. */
export interface EngineOverrides {
  dynamodb?: string;
}

export interface EnginesOptions {
  /** Folder that keeps tables and objects; null keeps everything in memory and in a temporary folder. */
  dataFolder: string | null;
  /** Empties the data folder before the start. */
  fresh: boolean;
  region: string;
  account: string;
  log: Runtime['log'];
  /** Asked for what a service does by itself: S3 that sends to a queue. */
  principals: PrincipalRegistry;
  /** Where e-mail lands; a mailbox of its own in memory when absent. */
  mailbox?: Mailbox;
  overrides?: EngineOverrides;
  /** Most seconds that a received message stays invisible, so that tests don't wait minutes. */
  visibilityCapSeconds?: number;
}

export interface TableDefinition {
  TableName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: unknown[];
}

export interface DynamodbEngine extends Engine {
  /** Address of the engine itself, past the gateway. */
  readonly endpoint: string;
  /** Creates the table if it does not exist, and sets the attribute by which items expire. */
  createTable(definition: TableDefinition, ttlAttribute?: string): Promise<void>;
}

export interface QueueDefinition {
  name: string;
  visibilityTimeoutSeconds: number;
  delaySeconds: number;
  receiveWaitSeconds: number;
  retentionSeconds: number;
  redrive?: { deadLetterQueueArn: string; maxReceiveCount: number };
}

export interface QueueDepth {
  visible: number;
  inFlight: number;
  delayed: number;
}

export interface SqsEngine extends Engine {
  createQueue(definition: QueueDefinition): void;
  /** Puts a message on a queue past authorization: the caller has asked `principals.authorize` itself. */
  send(queueArn: string, body: string): void;
  /** Messages by queue name. */
  depths(): Record<string, QueueDepth>;
  /** Makes everything in flight and delayed visible at once, as if the time had passed. */
  releaseAll(): void;
}

export interface BucketNotification {
  queueArn: string;
  /** `s3:ObjectCreated:*` and the like. */
  events: string[];
  prefix?: string;
  suffix?: string;
}

export interface CorsRule {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders: string[];
  exposedHeaders: string[];
  maxAgeSeconds?: number;
}

export interface BucketDefinition {
  name: string;
  cors: CorsRule[];
  notifications: BucketNotification[];
}

export interface S3Engine extends Engine {
  /** Makes the bucket if it is not there, and announces its notifications with `s3:TestEvent`. */
  createBucket(definition: BucketDefinition): Promise<void>;
}

export interface KmsEngine extends Engine {
  /** Makes the key (its material is kept in the data folder). */
  createKey(keyId: string): void;
  /** `alias/name` for a key id. */
  createAlias(aliasName: string, keyId: string): void;
}

export interface Engines {
  dynamodb: DynamodbEngine;
  s3: S3Engine;
  sqs: SqsEngine;
  kms: KmsEngine;
  ses: Engine;
  close(): Promise<void>;
}

/** A folder of one engine under the data folder; null while everything stays in memory. */
function folderOf(dataFolder: string | null, name: string): string | null {
  return dataFolder === null ? null : join(dataFolder, name);
}

/**
 * Starts the engines behind the gateway. With a data folder they keep what they hold between runs.
 * Throws with what to do when there is no DynamoDB engine for this machine.
 */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  const { dataFolder, region, account, log, principals } = options;
  if (dataFolder !== null) {
    if (options.fresh) rmSync(dataFolder, { recursive: true, force: true });
    mkdirSync(dataFolder, { recursive: true });
  }
  const temporary = dataFolder === null ? mkdtempSync(join(tmpdir(), 'local-s3-')) : undefined;
  const child = options.overrides?.dynamodb
    ? undefined
    : await startDynoxide(folderOf(dataFolder, 'dynamodb.sqlite'), log);
  const dynamodb = createDynamodb({
    endpoint: child?.endpoint ?? options.overrides?.dynamodb ?? '',
    ours: child !== undefined,
    region,
    account,
  });
  const sqs = createSqs({
    folder: folderOf(dataFolder, 'sqs'),
    region,
    account,
    visibilityCapSeconds: options.visibilityCapSeconds,
  });
  const s3 = createS3({ folder: temporary ?? join(dataFolder ?? '', 's3'), region, account, principals, sqs });
  const kms = createKms({ folder: folderOf(dataFolder, 'kms'), region, account });
  const ses = createSes({ mailbox: options.mailbox ?? openMailbox(null), region, account });
  return {
    dynamodb,
    s3,
    sqs,
    kms,
    ses,
    async close() {
      sqs.close();
      dynamodb.close();
      await child?.close();
      if (temporary) rmSync(temporary, { recursive: true, force: true });
    },
  };
}
