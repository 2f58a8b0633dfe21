import { randomUUID } from 'node:crypto';
import { createReadStream, linkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AwsAnswer, type AwsCall, AwsError } from '../engine.ts';
import type { BucketStore, StoredObject } from './bucket-store.ts';
import { checkReadConditions, checkWriteConditions, readRange } from './conditions.ts';
import { parameter, type ReceivedBody, receiveBody } from './receive.ts';
import { parseDelete, xmlDocument } from './xml.ts';

const keptHeaders = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];
const overrides = keptHeaders.map((name) => [`response-${name}`, name] as const);
const xml = { 'content-type': 'application/xml' };

export const noSuchKey = (key: string) =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });

/** Headers of a request that its object answers again. Throws NotImplemented for what would be lost in silence. */
export function objectHeaders(call: AwsCall): Record<string, string> {
  for (const name of ['x-amz-tagging', 'x-amz-acl', 'x-amz-storage-class', 'x-amz-website-redirect-location']) {
    if (parameter(call, name) !== undefined)
      throw new AwsError('NotImplemented', `The local runtime does not keep ${name}.`, 501);
  }
  const names = [...Object.keys(call.headers), ...call.url.searchParams.keys()].map((name) => name.toLowerCase());
  const kept = [...keptHeaders, ...names.filter((name) => name.startsWith('x-amz-meta-'))];
  const headers: Record<string, string> = {};
  for (const name of kept) {
    // aws-chunked is how the body travelled, not what it is.
    const value = parameter(call, name)?.replace(/^aws-chunked,?\s*/, '');
    if (value) headers[name] = value;
  }
  headers['content-type'] ??= 'application/octet-stream';
  return headers;
}

/** The entity tag as headers and documents carry it. */
export const quote = (etag: string) => `"${etag}"`;

/** Gives received bytes their key, if the conditions still hold after they have come in; else drops them. */
export async function commitObject(
  bucket: BucketStore,
  call: AwsCall,
  object: Omit<StoredObject, 'modifiedAt'>,
): Promise<StoredObject> {
  try {
    checkWriteConditions(call, bucket.get(object.key));
    const stored = { ...object, modifiedAt: Date.now() };
    bucket.commit(stored);
    return stored;
  } catch (error) {
    await rm(join(bucket.dataFolder, object.file), { force: true });
    throw error;
  }
}

export async function putObject(
  bucket: BucketStore,
  key: string,
  call: AwsCall,
): Promise<{ answer: AwsAnswer; object: StoredObject }> {
  checkWriteConditions(call, bucket.get(key));
  const headers = objectHeaders(call);
  const body: ReceivedBody = await receiveBody(call, bucket.dataFolder);
  if (body.checksum) headers[body.checksum.name] = body.checksum.value;
  const object = await commitObject(bucket, call, { key, file: body.file, size: body.size, etag: body.md5, headers });
  const checksum = body.checksum ? { [body.checksum.name]: body.checksum.value } : {};
  return { object, answer: { status: 200, headers: { etag: quote(object.etag), ...checksum } } };
}

export function getObject(bucket: BucketStore, key: string, call: AwsCall): AwsAnswer {
  const object = bucket.get(key);
  if (!object) throw noSuchKey(key);
  checkReadConditions(call, object);
  const range = readRange(parameter(call, 'range'), object.size);
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const wantsChecksum = parameter(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && !range;
  const headers: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(object.headers).filter(([name]) => wantsChecksum || !name.startsWith('x-amz-checksum-')),
    ),
    'accept-ranges': 'bytes',
    'content-length': String(end - start + 1),
    etag: quote(object.etag),
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    ...(range && { 'content-range': `bytes ${start}-${end}/${object.size}` }),
  };
  for (const [query, name] of overrides) {
    const value = call.url.searchParams.get(query);
    if (value !== null) headers[name] = value;
  }
  const status = range ? 206 : 200;
  if (call.method === 'HEAD' || object.size === 0) return { status, headers };
  // Opened now, so that whoever replaces the object does not change what is read.
  return { status, headers, body: createReadStream('', { fd: bucket.open(object), start, end }) };
}

export function deleteObjects(bucket: BucketStore, body: Buffer): { answer: AwsAnswer; removed: string[] } {
  const { keys, quiet } = parseDelete(body);
  const removed = keys.filter((key) => bucket.remove(key));
  const answer = xmlDocument('DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
  return { removed, answer: { status: 200, headers: xml, body: answer } };
}

export async function copyObject(
  source: { bucket: BucketStore; key: string },
  target: { bucket: BucketStore; key: string },
  call: AwsCall,
): Promise<{ answer: AwsAnswer; object: StoredObject }> {
  const original = source.bucket.get(source.key);
  if (!original) throw noSuchKey(source.key);
  checkReadConditions(call, original, 'x-amz-copy-source-');
  const replaces = parameter(call, 'x-amz-metadata-directive') === 'REPLACE';
  if (!replaces && source.bucket === target.bucket && source.key === target.key) {
    throw new AwsError(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing its metadata.',
    );
  }
  const file = randomUUID();
  // Bytes never change once they are written, so a second name for them is a copy.
  linkSync(join(source.bucket.dataFolder, original.file), join(target.bucket.dataFolder, file));
  const headers = replaces ? objectHeaders(call) : original.headers;
  const etag = original.etag;
  const object = await commitObject(target.bucket, call, { key: target.key, file, size: original.size, etag, headers });
  const result = { ETag: quote(etag), LastModified: new Date(object.modifiedAt).toISOString() };
  return { object, answer: { status: 200, headers: xml, body: xmlDocument('CopyObjectResult', result) } };
}
