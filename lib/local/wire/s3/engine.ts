import { type AwsAnswer, type AwsCall, AwsError } from '../engine.ts';
import type { BucketDefinition, S3Engine, SqsEngine } from '../engines.ts';
import type { PrincipalRegistry } from '../principals.ts';
import { type BucketStore, openBucket, type StoredObject } from './bucket-store.ts';
import { answerPreflight, corsHeaders } from './cors.ts';
import { createEventSender } from './events.ts';
import { listObjects } from './list.ts';
import * as multipart from './multipart.ts';
import { copyObject, deleteObjects, getObject, putObject } from './objects.ts';
import { actionOf, addressOf, bucketArn, copySourceOf, s3Needs } from './requests.ts';

interface Bucket {
  store: BucketStore;
  definition: BucketDefinition;
}

/** Buckets on files of a folder: objects outlive the process, and a kill at any moment leaves the old or the new one. */
export function createS3(options: {
  folder: string;
  region: string;
  account: string;
  principals: PrincipalRegistry;
  sqs: Pick<SqsEngine, 'send'>;
}): S3Engine {
  const buckets = new Map<string, Bucket>();
  const events = createEventSender(options);

  function find(name: string): Bucket {
    const bucket = buckets.get(name);
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
    return bucket;
  }

  function created(
    { definition }: Bucket,
    call: AwsCall,
    how: string,
    { answer, object }: { answer: AwsAnswer; object: StoredObject },
  ): AwsAnswer {
    const { key, size, etag } = object;
    events.send(definition.notifications, {
      bucket: definition.name,
      name: `ObjectCreated:${how}`,
      key,
      size,
      etag,
      principal: call.principal,
    });
    return answer;
  }

  function removed({ definition }: Bucket, call: AwsCall, keys: readonly string[]): void {
    for (const key of keys) {
      events.send(definition.notifications, {
        bucket: definition.name,
        name: 'ObjectRemoved:Delete',
        key,
        principal: call.principal,
      });
    }
  }

  async function run(call: AwsCall): Promise<AwsAnswer> {
    const { bucket: name, key } = addressOf(call.url);
    const bucket = find(name);
    const { store } = bucket;
    switch (call.action) {
      case 'PutObject':
        return created(bucket, call, 'Put', await putObject(store, key, call));
      case 'GetObject':
      case 'HeadObject':
        return getObject(store, key, call);
      case 'DeleteObject':
        removed(bucket, call, store.remove(key) ? [key] : []);
        return { status: 204, headers: {} };
      case 'DeleteObjects': {
        const done = deleteObjects(store, Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0));
        removed(bucket, call, done.removed);
        return done.answer;
      }
      case 'CopyObject': {
        const source = copySourceOf(call);
        if (!source) throw new AwsError('InvalidRequest', 'A copy needs x-amz-copy-source.');
        const from = { bucket: find(source.bucket).store, key: source.key };
        return created(bucket, call, 'Copy', await copyObject(from, { bucket: store, key }, call));
      }
      case 'ListObjectsV2':
        return listObjects(store, call.url.searchParams);
      case 'HeadBucket':
        return { status: 200, headers: { 'x-amz-bucket-region': options.region } };
      case 'CreateMultipartUpload':
        return multipart.createUpload(store, key, call);
      case 'UploadPart':
        return multipart.uploadPart(store, key, call);
      case 'ListParts':
        return multipart.listParts(store, key, call);
      case 'AbortMultipartUpload':
        return multipart.abortUpload(store, key, call);
      case 'CompleteMultipartUpload':
        return created(bucket, call, 'CompleteMultipartUpload', await multipart.completeUpload(store, key, call));
      default:
        throw new AwsError('NotImplemented', `The local runtime has no ${call.action}.`, 501);
    }
  }

  /** Who may not list a bucket is not told that a key is missing: S3 answers 403 then. */
  function hideMissingKey(call: AwsCall, error: unknown): unknown {
    if (!(error instanceof AwsError) || error.code !== 'NoSuchKey') return error;
    const resource = bucketArn(addressOf(call.url).bucket);
    const { allowed, reason } = options.principals.authorize(call.principal, 's3:ListBucket', resource);
    return allowed
      ? error
      : new AwsError(
          'AccessDenied',
          `Not authorized to perform: s3:ListBucket on resource: ${resource} ${reason}`,
          403,
        );
  }

  const rulesOf = (url: URL) => buckets.get(addressOf(url).bucket)?.definition.cors ?? [];
  return {
    async createBucket(definition) {
      const store = buckets.get(definition.name)?.store ?? openBucket(options.folder, definition.name);
      buckets.set(definition.name, { store, definition });
      const wanted = JSON.stringify(definition.notifications);
      const before = store.remember('notifications', wanted);
      for (const notification of definition.notifications)
        events.test(definition.name, notification, before === wanted);
    },
    actionOf,
    streams: (action) => action === 'PutObject' || action === 'UploadPart',
    needs: s3Needs,
    async handle(call) {
      try {
        return await run(call);
      } catch (error) {
        throw hideMissingKey(call, error);
      }
    },
    anonymous: ({ method, url, headers }) =>
      method === 'OPTIONS' ? answerPreflight(rulesOf(url), headers) : undefined,
    extraHeaders: ({ method, url, headers }) => corsHeaders(rulesOf(url), method, headers),
  };
}
