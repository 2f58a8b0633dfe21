import { createHash, type Hash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type AwsCall, AwsError } from '../engine.ts';
import { decodeAwsChunked } from './aws-chunked.ts';

/** Bytes that have arrived in a file without a name yet. */
export interface ReceivedBody {
  /** Name of the file in the folder. */
  file: string;
  size: number;
  md5: string;
  /** The checksum that the client sent, verified: `x-amz-checksum-crc32` and its base64 value. */
  checksum: { name: string; value: string } | undefined;
}

const largestBytes = 5 * 1024 ** 3;
const checksumHeader = /^x-amz-checksum-(?!algorithm|type|mode)/;

/** A parameter of a request: a header, or the query parameter into which a presigned URL hoists it. */
export function parameter({ headers, url }: Pick<AwsCall, 'headers' | 'url'>, name: string): string | undefined {
  const header = headers[name];
  if (typeof header === 'string') return header;
  for (const [key, value] of url.searchParams) if (key.toLowerCase() === name) return value;
  return undefined;
}

function announcedChecksums(call: AwsCall): string[] {
  const names = [...Object.keys(call.headers), ...call.url.searchParams.keys()].map((name) => name.toLowerCase());
  return [...names, ...(parameter(call, 'x-amz-trailer') ?? '').split(',')]
    .map((name) => name.trim())
    .filter((name) => checksumHeader.test(name));
}

/** Running digests of a body, by the header in which the client would send them. */
function digests(names: readonly string[]): {
  update(chunk: Buffer): void;
  value(name: string): string;
  md5(): string;
} {
  const md5 = createHash('md5');
  const hashes = new Map<string, Hash>();
  let crc = 0;
  for (const name of names) {
    if (name === 'x-amz-checksum-sha256' || name === 'x-amz-checksum-sha1')
      hashes.set(name, createHash(name.slice(15)));
    else if (name !== 'x-amz-checksum-crc32')
      throw new AwsError('NotImplemented', `The local runtime does not compute ${name}.`, 501);
  }
  return {
    update(chunk) {
      md5.update(chunk);
      crc = crc32(chunk, crc);
      for (const hash of hashes.values()) hash.update(chunk);
    },
    value(name) {
      const hash = hashes.get(name);
      if (hash) return hash.digest('base64');
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes.toString('base64');
    },
    md5: () => md5.digest('hex'),
  };
}

/**
 * Streams the body of a call into a new file of `folder`, decoding aws-chunked, and verifies announced length,
 * Content-MD5 and checksum. Nothing is left behind when it throws (BadDigest, IncompleteBody, EntityTooLarge,
 * NotImplemented, or the caller's hanging up).
 */
export async function receiveBody(call: AwsCall, folder: string): Promise<ReceivedBody> {
  const names = announcedChecksums(call);
  const running = digests(names);
  const trailers: Record<string, string> = {};
  const chunked = (parameter(call, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-');
  const announced = parameter(call, chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (announced === undefined)
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  if (Number(announced) > largestBytes) {
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      MaxSizeAllowed: largestBytes,
    });
  }
  const source: AsyncIterable<Buffer> = Buffer.isBuffer(call.body) ? chunksOf(call.body) : call.body;
  const file = randomUUID();
  const path = join(folder, file);
  let size = 0;
  try {
    await using handle = await open(path, 'wx');
    for await (const chunk of chunked ? decodeAwsChunked(source, trailers) : source) {
      running.update(chunk);
      size += chunk.length;
      await handle.write(chunk);
    }
    if (size !== Number(announced))
      throw new AwsError(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header',
      );
    const md5 = running.md5();
    const contentMd5 = parameter(call, 'content-md5');
    if (contentMd5 && Buffer.from(contentMd5, 'base64').toString('hex') !== md5) {
      throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    const [name] = names;
    const value = name && (parameter(call, name) ?? trailers[name]);
    if (name && value !== running.value(name)) {
      throw new AwsError(
        'BadDigest',
        `The ${name.slice(15).toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
    return { file, size, md5, checksum: name && value ? { name, value } : undefined };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function* chunksOf(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
