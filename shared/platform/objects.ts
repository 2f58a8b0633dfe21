import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { mapConcurrently } from './concurrent.ts';

export interface ObjectFacts {
  bytes: number;
  etag: string;
}

/** The object that an ETag pins is no longer the one that stands under its key. */
export class ObjectChanged extends Error {
  constructor() {
    super('The object was replaced or deleted');
    this.name = 'ObjectChanged';
  }
}

/** The objects of one bucket. Missing objects are `undefined`; everything else that S3 refuses is thrown. */
export interface Objects {
  facts(key: string): Promise<ObjectFacts | undefined>;
  /** Bytes `from` to `to`, both inclusive, of the very object that `etag` names. @throws ObjectChanged */
  range(key: string, etag: string, from: number, to: number): Promise<Uint8Array>;
  /** The object's bytes as they arrive, pinned by `etag` where given. @throws ObjectChanged when pinned */
  stream(key: string, etag?: string): Promise<AsyncIterable<Uint8Array>>;
  text(key: string): Promise<string | undefined>;
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Puts unless something stands there already. Answers whether it did: a repetition finds the first one's object. */
  putOnce(key: string, body: string | Uint8Array, contentType: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** A URL that takes exactly `bytes` bytes of `contentType` until it expires. */
  uploadUrl(key: string, bytes: number, contentType: string, expiresInSeconds: number): Promise<string>;
  downloadUrl(key: string, fileName: string, expiresInSeconds: number): Promise<string>;
}

/** `client` is to be made with `requestChecksumCalculation: 'WHEN_REQUIRED'`: else a checksum of nothing is signed into URLs. */
export const openBucket = (client: S3Client, Bucket: string): Objects => ({
  facts: (Key) =>
    unlessMissing(async () => {
      const { ContentLength = 0, ETag = '' } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return { bytes: ContentLength, etag: ETag };
    }),
  range: (Key, IfMatch, from, to) =>
    pinned(async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, IfMatch, Range: `bytes=${from}-${to}` }));
      return present(Body).transformToByteArray();
    }),
  stream: async (Key, IfMatch) => {
    const open = async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(IfMatch ? { IfMatch } : {}) }));
      return present(Body).transformToWebStream();
    };
    return IfMatch === undefined ? open() : pinned(open);
  },
  text: (Key) =>
    unlessMissing(async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return present(Body).transformToString();
    }),
  put: async (Key, Body, ContentType) => {
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
  },
  putOnce: async (Key, Body, ContentType) => {
    try {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  },
  delete: async (Key) => {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  },
  uploadUrl: (Key, ContentLength, ContentType, expiresIn) =>
    getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentLength, ContentType }), {
      expiresIn,
      signableHeaders: new Set(['host', 'content-length', 'content-type']),
    }),
  downloadUrl: (Key, fileName, expiresIn) =>
    getSignedUrl(
      client,
      new GetObjectCommand({ Bucket, Key, ResponseContentDisposition: `attachment; filename="${fileName}"` }),
      { expiresIn },
    ),
});

const sweptAtOnce = 500;

/** Deletes what a bucket holds, some at a time. */
export const openSweep = (client: S3Client, Bucket: string) => ({
  /** Deletes up to 500 objects whose keys begin so. Answers whether nothing is left. */
  deleteSome: async (Prefix: string): Promise<boolean> => {
    const { Contents = [], IsTruncated } = await client.send(
      new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: sweptAtOnce }),
    );
    await mapConcurrently(Contents, 10, ({ Key }) => client.send(new DeleteObjectCommand({ Bucket, Key })));
    return IsTruncated !== true;
  },
});

const unlessMissing = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return undefined;
    throw error;
  }
};

const pinned = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && ['PreconditionFailed', 'NoSuchKey'].includes(error.name)) throw new ObjectChanged();
    throw error;
  }
};

const present = <T>(body: T | undefined): T => {
  if (body === undefined) throw new Error('S3 answered an object without a body');
  return body;
};
