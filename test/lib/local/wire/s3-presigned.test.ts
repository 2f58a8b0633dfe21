import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalServices, startLocalServices } from './local-services.ts';

let services: LocalServices;
let uploader: S3Client;
beforeAll(async () => {
  services = await startLocalServices();
  const cors = {
    allowedOrigins: ['https://app.example'],
    allowedMethods: ['PUT'],
    allowedHeaders: ['*'],
    exposedHeaders: ['ETag'],
    maxAgeSeconds: 60,
  };
  await services.engines.s3.createBucket({ name: 'uploads', cors: [cors], notifications: [] });
  services.asRole('uploader', [
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: 'arn:aws:s3:::uploads/in/*' },
  ]);
  uploader = new S3Client({
    region: 'us-east-1',
    endpoint: services.gateway.url,
    credentials: services.principals.credentialsOf('arn:aws:iam::000000000000:role/uploader'),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
});
afterAll(async () => {
  uploader.destroy();
  await services.close();
});

const uploadUrl = (Key: string, more: object = {}, options: object = {}) =>
  getSignedUrl(uploader, new PutObjectCommand({ Bucket: 'uploads', Key, ...more }), { expiresIn: 60, ...options });
const send = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', body, headers });

describe('a presigned URL', () => {
  it('uploads and downloads as the role that signed it, also under names that need encoding', async () => {
    const key = "in/a b+c/ä'(1).csv";
    const downloadUrl = await getSignedUrl(
      uploader,
      new GetObjectCommand({
        Bucket: 'uploads',
        Key: key,
        ResponseContentDisposition: 'attachment; filename="x y.csv"',
      }),
    );

    const up = await send(await uploadUrl(key), 'name,phone');
    const down = await fetch(downloadUrl);

    expect([up.status, down.status, await down.text()]).toEqual([200, 200, 'name,phone']);
    expect(down.headers.get('content-disposition')).toBe('attachment; filename="x y.csv"');
    const operations = services.gateway.meter.snapshot().map(({ principal, operation }) => [principal, operation]);
    expect(operations).toContainEqual(['arn:aws:iam::000000000000:role/uploader', 'PutObject']);
  });

  it('may do no more than its signer', async () => {
    const answer = await send(await uploadUrl('elsewhere/1.csv'), 'x');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>');
  });

  it('ends when it expires', async () => {
    const url = await uploadUrl('in/late.csv', {}, { signingDate: new Date(Date.now() - 120_000) });

    const answer = await send(url, 'x');

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Request has expired');
  });

  it('holds for the size that was signed, and for nothing else that was signed', async () => {
    const url = await uploadUrl(
      'in/sized.csv',
      { ContentLength: 4, ContentType: 'text/csv' },
      { signableHeaders: new Set(['content-type', 'content-length', 'host']) },
    );
    const csv = { 'content-type': 'text/csv' };

    const right = await send(url, 'four', csv);
    const longer = await send(url, 'longer', csv);
    const otherType = await send(url, 'four', { 'content-type': 'text/html' });
    const otherKey = await send(url.replace('sized', 'other'), 'four', csv);
    const moreHeaders = await send(url, 'four', { ...csv, 'x-amz-meta-extra': '1' });

    expect(right.status).toBe(200);
    for (const refused of [longer, otherType, otherKey]) {
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
    }
    expect(await moreHeaders.text()).toContain('HeadersNotSigned');
  });

  it('signed with the checksum of an empty body refuses any other', async () => {
    const eager = new S3Client({
      region: 'us-east-1',
      endpoint: services.gateway.url,
      credentials: services.principals.administrator,
    });
    const url = await getSignedUrl(eager, new PutObjectCommand({ Bucket: 'uploads', Key: 'in/checksum' }));
    eager.destroy();

    const answer = await send(url, 'not empty');

    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('BadDigest')]);
  });
});

describe('a browser', () => {
  it('is told before its upload what the bucket allows, and may read the answer', async () => {
    const url = await uploadUrl('in/browser.csv');
    const ask = (origin: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
      });

    const allowed = await ask('https://app.example');
    const refused = await ask('https://evil.example');
    const uploaded = await send(url, 'x', { origin: 'https://app.example' });

    expect([
      allowed.status,
      allowed.headers.get('access-control-allow-origin'),
      allowed.headers.get('access-control-allow-headers'),
    ]).toEqual([200, 'https://app.example', 'content-type']);
    expect(refused.status).toBe(403);
    expect(uploaded.headers.get('access-control-expose-headers')).toBe('ETag');
  });
});
