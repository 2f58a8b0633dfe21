import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
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
  /** Puts what arrives in pieces, holding some megabytes of it at a time. Answers the object's ETag. */
  putStream(key: string, pieces: AsyncIterable<Uint8Array>, contentType: string): Promise<string>;
  /** Puts unless something stands there already. Answers whether it did: a repetition finds the first one's object. */
  putOnce(key: string, body: string | Uint8Array, contentType: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Begins an object that is put part by part, perhaps by several functions. Answers the upload's id. */
  beginUpload(key: string, contentType: string): Promise<string>;
  /** One part, counted from 1, of 5 MiB at least unless it is the last. Put again, it takes the place of the first. Answers its ETag. */
  putPart(key: string, uploadId: string, part: number, body: Uint8Array): Promise<string>;
  /** Makes the object of its parts. Done again, it finds the object that stands there. */
  completeUpload(key: string, uploadId: string, etags: readonly string[]): Promise<void>;
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
  putStream: (Key, pieces, ContentType) => putInParts(client, { Bucket, Key, ContentType }, pieces),
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
  beginUpload: async (Key, ContentType) => {
    const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }));
    return UploadId;
  },
  putPart: async (Key, UploadId, PartNumber, Body) => {
    const { ETag = '' } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return ETag;
  },
  completeUpload: async (Key, UploadId, etags) => {
    const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    try {
      await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'NoSuchUpload')) throw error;
      await client.send(new HeadObjectCommand({ Bucket, Key }));
    }
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

/** S3 takes no smaller parts, the last excepted, and 10,000 of them. */
const partBytes = 8 * 1024 * 1024;

const putInParts = async (
  client: S3Client,
  object: { Bucket: string; Key: string; ContentType: string },
  pieces: AsyncIterable<Uint8Array>,
): Promise<string> => {
  const { Bucket, Key } = object;
  let UploadId: string | undefined;
  const Parts: { PartNumber: number; ETag: string }[] = [];
  const putPart = async (Body: Uint8Array) => {
    UploadId ??= (await client.send(new CreateMultipartUploadCommand(object))).UploadId;
    const PartNumber = Parts.length + 1;
    const { ETag = '' } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  };
  // A crash leaves parts behind, which the bucket's own rules clear away.
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < partBytes) continue;
    const whole = Buffer.concat(held);
    let from = 0;
    // All but the last part of one size: the same bytes give the same ETag, however they arrive.
    for (; from + partBytes <= whole.length; from += partBytes) await putPart(whole.subarray(from, from + partBytes));
    held = [whole.subarray(from)];
    bytes = whole.length - from;
  }
  const rest = Buffer.concat(held);
  if (Parts.length === 0) return (await client.send(new PutObjectCommand({ ...object, Body: rest }))).ETag ?? '';
  if (rest.length > 0) await putPart(rest);
  const { ETag = '' } = await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  return ETag;
};

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
