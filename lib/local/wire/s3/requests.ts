import { type AwsCall, AwsError, type Need } from '../engine.ts';
import { parameter } from './receive.ts';
import { parseDelete } from './xml.ts';

/** Sub-resources that the runtime does not have; taking them for the plain operation would be a lie. */
const unsupported = [
  'acl',
  'tagging',
  'policy',
  'versioning',
  'versions',
  'lifecycle',
  'cors',
  'notification',
  'attributes',
  'restore',
  'select',
  'retention',
  'legal-hold',
  'versionId',
];

/** Bucket and key of a path-style address; the key is empty for the bucket itself. */
export function addressOf(url: URL): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?([^]*)$/.exec(url.pathname) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** Bucket and key of `x-amz-copy-source`. */
export function copySourceOf(call: Pick<AwsCall, 'headers' | 'url'>): { bucket: string; key: string } | undefined {
  const source = parameter(call, 'x-amz-copy-source');
  return source === undefined ? undefined : addressOf(new URL(source.replace(/^\/?/, '/'), 'http://s3'));
}

/** The operation that a request means; `Unsupported…` for what the runtime does not have, which is then denied. */
export function actionOf({ method, url, headers }: Pick<AwsCall, 'method' | 'url' | 'headers'>): string {
  const query = url.searchParams;
  const { key } = addressOf(url);
  const stranger = unsupported.find((name) => query.has(name));
  if (stranger) return `Unsupported-${stranger}`;
  if (key === '') {
    if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2';
    if (method === 'HEAD') return 'HeadBucket';
    return method === 'POST' && query.has('delete') ? 'DeleteObjects' : `Unsupported-${method}-bucket`;
  }
  const upload = query.has('uploadId');
  const copies = parameter({ headers, url }, 'x-amz-copy-source') !== undefined;
  switch (method) {
    case 'GET':
      return upload ? 'ListParts' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'PUT':
      if (upload) return copies ? 'Unsupported-UploadPartCopy' : 'UploadPart';
      return copies ? 'CopyObject' : 'PutObject';
    case 'POST':
      if (query.has('uploads')) return 'CreateMultipartUpload';
      return upload ? 'CompleteMultipartUpload' : 'Unsupported-POST';
    case 'DELETE':
      return upload ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return `Unsupported-${method}`;
  }
}

const permissions: Record<string, string> = {
  PutObject: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  ListParts: 's3:ListMultipartUploadParts',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
};

export const bucketArn = (bucket: string) => `arn:aws:s3:::${bucket}`;

/** What authorization an S3 call needs; several keys are asked one by one, a copy for source and target. */
export function s3Needs(call: AwsCall): Need[] {
  const { bucket, key } = addressOf(call.url);
  const object = `${bucketArn(bucket)}/${key}`;
  switch (call.action) {
    case 'ListObjectsV2':
    case 'HeadBucket': {
      const context = {
        's3:prefix': call.url.searchParams.get('prefix') ?? '',
        's3:delimiter': call.url.searchParams.get('delimiter') ?? '',
      };
      return [{ action: 's3:ListBucket', resource: bucketArn(bucket), context }];
    }
    case 'DeleteObjects': {
      const { keys } = parseDelete(Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0));
      return keys.map((one) => ({ action: 's3:DeleteObject', resource: `${bucketArn(bucket)}/${one}` }));
    }
    case 'CopyObject': {
      const source = copySourceOf(call);
      const target = { action: 's3:PutObject', resource: object };
      return source
        ? [{ action: 's3:GetObject', resource: `${bucketArn(source.bucket)}/${source.key}` }, target]
        : [target];
    }
    default: {
      const permission = permissions[call.action];
      return permission ? [{ action: permission, resource: object }] : [];
    }
  }
}
