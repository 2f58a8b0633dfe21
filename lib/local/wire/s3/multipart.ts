import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type AwsAnswer, type AwsCall, AwsError } from '../engine.ts';
import type { BucketStore, StoredObject } from './bucket-store.ts';
import { checkWriteConditions } from './conditions.ts';
import { commitObject, objectHeaders, quote } from './objects.ts';
import { receiveBody } from './receive.ts';
import { parseComplete, xmlDocument } from './xml.ts';

const Upload = z.object({ key: z.string(), headers: z.record(z.string(), z.string()) });
/** Of every part but the last. */
const smallestPartBytes = 5 * 1024 * 1024;
const mostParts = 10_000;
const xml = { 'content-type': 'application/xml' };

interface Part {
  number: number;
  etag: string;
  path: string;
  size: number;
}

/** The folder of an upload that goes on for this key. Throws NoSuchUpload. */
async function findUpload(
  bucket: BucketStore,
  key: string,
  call: AwsCall,
): Promise<{ id: string; folder: string; headers: Record<string, string> }> {
  const id = call.url.searchParams.get('uploadId') ?? '';
  const missing = new AwsError('NoSuchUpload', 'The specified multipart upload does not exist.', 404);
  if (!/^[\da-f-]{36}$/.test(id)) throw missing;
  const folder = join(bucket.uploadsFolder, id);
  const text = await readFile(join(folder, 'upload.json'), 'utf8').catch(() => undefined);
  const upload = text === undefined ? undefined : Upload.parse(JSON.parse(text));
  if (upload?.key !== key) throw missing;
  return { id, folder, headers: upload.headers };
}

/** Parts are files called `number.etag`. */
async function partsIn(folder: string): Promise<Part[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+\.[\da-f]{32}$/.test(name));
  const parts = names.map(async (name) => {
    const [number = '', etag = ''] = name.split('.');
    const path = join(folder, name);
    return { number: Number(number), etag, path, size: (await stat(path)).size };
  });
  return (await Promise.all(parts)).toSorted((a, b) => a.number - b.number);
}

export async function createUpload(bucket: BucketStore, key: string, call: AwsCall): Promise<AwsAnswer> {
  const id = randomUUID();
  const folder = join(bucket.uploadsFolder, id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'upload.json'), JSON.stringify({ key, headers: objectHeaders(call) }));
  const body = xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId: id });
  return { status: 200, headers: xml, body };
}

export async function uploadPart(bucket: BucketStore, key: string, call: AwsCall): Promise<AwsAnswer> {
  const { folder } = await findUpload(bucket, key, call);
  const number = Number(call.url.searchParams.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    throw new AwsError('InvalidArgument', `Part number must be an integer between 1 and ${mostParts}, inclusive`);
  }
  const body = await receiveBody(call, bucket.dataFolder);
  const earlier = (await partsIn(folder)).filter((part) => part.number === number);
  await rename(join(bucket.dataFolder, body.file), join(folder, `${number}.${body.md5}`));
  for (const part of earlier) if (part.etag !== body.md5) await rm(part.path, { force: true });
  const checksum = body.checksum ? { [body.checksum.name]: body.checksum.value } : {};
  return { status: 200, headers: { etag: quote(body.md5), ...checksum } };
}

export async function listParts(bucket: BucketStore, key: string, call: AwsCall): Promise<AwsAnswer> {
  const { id, folder } = await findUpload(bucket, key, call);
  const parts = (await partsIn(folder)).map(({ number, etag, size }) => ({
    PartNumber: number,
    ETag: quote(etag),
    Size: size,
  }));
  const body = xmlDocument('ListPartsResult', {
    Bucket: bucket.name,
    Key: key,
    UploadId: id,
    IsTruncated: false,
    Part: parts,
  });
  return { status: 200, headers: xml, body };
}

export async function abortUpload(bucket: BucketStore, key: string, call: AwsCall): Promise<AwsAnswer> {
  const { folder } = await findUpload(bucket, key, call);
  await rm(folder, { recursive: true, force: true });
  return { status: 204, headers: {} };
}

/** The parts that the client names, in its order. Throws InvalidPart, InvalidPartOrder or EntityTooSmall. */
function chooseParts(present: readonly Part[], named: readonly { number: number; etag: string }[]): Part[] {
  if (named.some(({ number }, index) => number <= (named[index - 1]?.number ?? 0))) {
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  return named.map(({ number, etag }, index) => {
    const part = present.find((one) => one.number === number && one.etag === etag);
    if (!part) throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.');
    if (index < named.length - 1 && part.size < smallestPartBytes) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    return part;
  });
}

export async function completeUpload(
  bucket: BucketStore,
  key: string,
  call: AwsCall,
): Promise<{ answer: AwsAnswer; object: StoredObject }> {
  const { folder, headers } = await findUpload(bucket, key, call);
  checkWriteConditions(call, bucket.get(key));
  const named = parseComplete(Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0));
  const parts = chooseParts(await partsIn(folder), named);
  const file = randomUUID();
  await using handle = await open(join(bucket.dataFolder, file), 'wx');
  for (const part of parts) for await (const chunk of createReadStream(part.path)) await handle.write(chunk);

  const digests = createHash('md5').update(Buffer.from(parts.map(({ etag }) => etag).join(''), 'hex'));
  const etag = `${digests.digest('hex')}-${parts.length}`;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const object = await commitObject(bucket, call, { key, file, size, etag, headers });
  await rm(folder, { recursive: true, force: true });
  const location = `http://${String(call.headers['host'])}${call.url.pathname}`;
  const body = xmlDocument('CompleteMultipartUploadResult', {
    Location: location,
    Bucket: bucket.name,
    Key: key,
    ETag: quote(etag),
  });
  return { object, answer: { status: 200, headers: xml, body } };
}
