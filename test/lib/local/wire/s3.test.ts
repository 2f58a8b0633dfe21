import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalServices, startLocalServices } from './local-services.ts';

let services: LocalServices;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wire-s3-'));
  services = await startLocalServices({ dataFolder: folder });
  await services.engines.s3.createBucket({ name: 'files', cors: [], notifications: [] });
});
afterAll(async () => {
  await services.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (Key: string) => ({ Bucket: 'files', Key });
const put = (key: string, Body: string | Uint8Array) =>
  services.administrator.s3.send(new PutObjectCommand({ ...at(key), Body }));
const text = async (key: string, more: object = {}) => {
  const { Body } = await services.administrator.s3.send(new GetObjectCommand({ ...at(key), ...more }));
  return Body?.transformToString();
};
/** What a call failed with; taken at once, so that it may be looked at later. */
const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const md5 = (bytes: string | Uint8Array) => createHash('md5').update(bytes).digest('hex');

const write = (more: object) =>
  services.administrator.s3.send(new PutObjectCommand({ ...at('once'), Body: 'x', ...more }));

describe('an object', () => {
  it('comes back with its bytes, type and metadata', async () => {
    const { s3 } = services.administrator;
    const key = 'a folder/ä & "quotes" + plus.txt';

    const stored = await s3.send(
      new PutObjectCommand({ ...at(key), Body: 'hello', ContentType: 'text/plain', Metadata: { job: '1' } }),
    );
    const got = await s3.send(new GetObjectCommand(at(key)));
    const head = await s3.send(new HeadObjectCommand(at(key)));

    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got).toMatchObject({ ContentType: 'text/plain', Metadata: { job: '1' }, ETag: `"${md5('hello')}"` });
    expect(head).toMatchObject({ ContentLength: 5, ETag: stored.ETag });
  });

  it('is streamed in without being held, whatever the chunks, and verified by its trailing checksum', async () => {
    const bytes = Buffer.alloc(3_000_017, 'stream');
    const chunks = function* () {
      for (let start = 0; start < bytes.length; start += 70_001) yield bytes.subarray(start, start + 70_001);
    };

    const stored = await services.administrator.s3.send(
      new PutObjectCommand({ ...at('streamed'), Body: Readable.from(chunks()), ContentLength: bytes.length }),
    );
    const got = await services.administrator.s3.send(new GetObjectCommand(at('streamed')));

    expect(stored.ETag).toBe(`"${md5(bytes)}"`);
    expect(md5(await (got.Body?.transformToByteArray() ?? new Uint8Array()))).toBe(md5(bytes));
  });

  it('is read in ranges, under the ETag that was seen', async () => {
    const { ETag } = await put('ranged', '0123456789');

    const parts = [
      await text('ranged', { Range: 'bytes=2-4' }),
      await text('ranged', { Range: 'bytes=7-' }),
      await text('ranged', { Range: 'bytes=-2' }),
    ];
    const pinned = await text('ranged', { Range: 'bytes=0-0', IfMatch: ETag });
    const beyond = await failure(text('ranged', { Range: 'bytes=10-' }));
    const changed = await failure(text('ranged', { IfMatch: '"other"' }));

    expect([parts, pinned]).toEqual([['234', '789', '89'], '0']);
    expect(beyond).toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
    expect(changed).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  });

  it('is written once under If-None-Match, and replaced only by who saw it under If-Match', async () => {
    const { ETag } = await write({ IfNoneMatch: '*' });

    const again = await failure(write({ IfNoneMatch: '*' }));
    const stale = await failure(write({ IfMatch: '"stale"' }));
    await write({ IfMatch: ETag, Body: 'y' });

    expect(again).toMatchObject({ name: 'PreconditionFailed' });
    expect(stale).toMatchObject({ name: 'PreconditionFailed' });
    expect(await text('once')).toBe('y');
  });

  it('that arrives broken is refused and not stored', async () => {
    const wrong = services.administrator.s3.send(
      new PutObjectCommand({ ...at('broken'), Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    );
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(text('broken')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('is copied with or without its metadata, and deleted alone or with others', async () => {
    const { s3 } = services.administrator;
    await s3.send(new PutObjectCommand({ ...at('original'), Body: 'copy me', ContentType: 'text/csv' }));

    await s3.send(new CopyObjectCommand({ ...at('copies/1'), CopySource: 'files/original' }));
    await s3.send(
      new CopyObjectCommand({
        ...at('copies/2'),
        CopySource: 'files/original',
        MetadataDirective: 'REPLACE',
        ContentType: 'text/plain',
      }),
    );
    await s3.send(new DeleteObjectCommand(at('original')));
    const types = [
      (await s3.send(new HeadObjectCommand(at('copies/1')))).ContentType,
      (await s3.send(new HeadObjectCommand(at('copies/2')))).ContentType,
    ];
    const copied = await text('copies/1');
    await s3.send(
      new DeleteObjectsCommand({
        Bucket: 'files',
        Delete: { Objects: [{ Key: 'copies/1' }, { Key: 'copies/2' }, { Key: 'never' }] },
      }),
    );

    expect([copied, types]).toEqual(['copy me', ['text/csv', 'text/plain']]);
    await expect(text('copies/2')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('outlives the runtime', async () => {
    const own = await mkdtemp(join(tmpdir(), 'wire-kept-'));
    const definition = { name: 'kept', cors: [], notifications: [] };
    const before = await startLocalServices({ dataFolder: own });
    await before.engines.s3.createBucket(definition);
    before.makeQueue('kept');
    await before.makeTable('kept');
    before.engines.sqs.send('arn:aws:sqs:us-east-1:000000000000:kept', 'still here');
    await before.administrator.s3.send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body: 'still here' }));
    await before.close();

    const after = await startLocalServices({ dataFolder: own });
    await after.engines.s3.createBucket(definition);
    after.makeQueue('kept');
    await after.makeTable('kept');
    const got = await after.administrator.s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'k' }));
    const body = await got.Body?.transformToString();
    const depth = after.engines.sqs.depths()['kept'];
    await after.close();
    await rm(own, { recursive: true, force: true });

    expect([body, depth?.visible]).toEqual(['still here', 1]);
  });
});

const start = async (key: string) => {
  const { UploadId } = await services.administrator.s3.send(
    new CreateMultipartUploadCommand({ ...at(key), ContentType: 'text/csv' }),
  );
  const upload = async (PartNumber: number, Body: Uint8Array) => {
    const { ETag } = await services.administrator.s3.send(
      new UploadPartCommand({ ...at(key), UploadId, PartNumber, Body }),
    );
    return { PartNumber, ETag };
  };
  const complete = (Parts: { PartNumber: number; ETag: string | undefined }[]) =>
    services.administrator.s3.send(
      new CompleteMultipartUploadCommand({ ...at(key), UploadId, MultipartUpload: { Parts } }),
    );
  return { UploadId, upload, complete };
};

describe('a multipart upload', () => {
  const part = Buffer.alloc(5 * 1024 * 1024, 'p');

  it('joins its parts in order, under the ETag of its parts', async () => {
    const { upload, complete } = await start('big');
    const second = await upload(2, Buffer.from('tail'));
    await upload(1, Buffer.from('replaced'));
    const first = await upload(1, part);

    const done = await complete([first, second]);
    const head = await services.administrator.s3.send(new HeadObjectCommand(at('big')));
    const tail = await text('big', { Range: 'bytes=-6' });

    const digests = Buffer.from(md5(part) + md5('tail'), 'hex');
    expect(done.ETag).toBe(`"${md5(digests)}-2"`);
    expect([head.ContentLength, head.ContentType, tail]).toEqual([part.length + 4, 'text/csv', 'pptail']);
  });

  it('refuses small parts, parts that it does not have, and a finished or aborted upload', async () => {
    const { UploadId, upload, complete } = await start('small');
    const [first, second] = [await upload(1, Buffer.from('too small')), await upload(2, Buffer.from('tail'))];

    await expect(complete([first, second])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete([second, first])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await services.administrator.s3.send(new AbortMultipartUploadCommand({ ...at('small'), UploadId }));
    await expect(complete([first])).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});

describe('a list', () => {
  it('pages through keys in order and folds what lies behind a delimiter', async () => {
    await services.engines.s3.createBucket({ name: 'listed', cors: [], notifications: [] });
    for (const key of ['b/1', 'a', 'b/2', 'c/1', 'd', 'e & f']) {
      await services.administrator.s3.send(new PutObjectCommand({ Bucket: 'listed', Key: key, Body: key }));
    }

    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await services.administrator.s3.send(
        new ListObjectsV2Command({ Bucket: 'listed', Delimiter: '/', MaxKeys: 2, ContinuationToken }),
      );
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    const inside = await services.administrator.s3.send(new ListObjectsV2Command({ Bucket: 'listed', Prefix: 'b/' }));

    expect(seen).toEqual(['a', 'b/', 'd', 'c/', 'e & f']);
    expect(inside.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
  });
});

describe('authorization', () => {
  it('asks for source and target of a copy, and hides missing keys from who may not list', async () => {
    await put('secret/1', 'x');
    const { s3 } = services.asRole('copier', [
      { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: 'arn:aws:s3:::files/open/*' },
    ]);

    const copy = failure(s3.send(new CopyObjectCommand({ ...at('open/1'), CopySource: 'files/secret/1' })));
    const missing = failure(s3.send(new GetObjectCommand(at('open/none'))));
    const list = failure(s3.send(new ListObjectsV2Command({ Bucket: 'files' })));

    for (const refused of [copy, missing, list]) {
      expect(await refused).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    }
  });

  it('denies what the runtime does not have', async () => {
    const answer = await fetch(`${services.gateway.url}/files/k?tagging`, {
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${services.principals.administrator.accessKeyId}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
      },
    });
    expect(answer.status).toBe(403);
  });
});
