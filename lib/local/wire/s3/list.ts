import { type AwsAnswer, AwsError } from '../engine.ts';
import type { BucketStore } from './bucket-store.ts';
import { quote } from './objects.ts';
import { xmlDocument } from './xml.ts';

const mostKeys = 1000;

/** Where the first key after `text` stands in a sorted list. */
function after(keys: readonly string[], text: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** ListObjectsV2: a page of keys in order, those behind a delimiter folded into common prefixes. */
export function listObjects(bucket: BucketStore, query: URLSearchParams): AwsAnswer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = Math.min(Number(query.get('max-keys') ?? mostKeys), mostKeys);
  if (!Number.isInteger(limit) || limit < 0)
    throw new AwsError('InvalidArgument', 'max-keys must be an integer between 0 and 2147483647');
  const token = query.get('continuation-token');
  const from = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;

  const keys = bucket.keys();
  const contents: Record<string, string | number>[] = [];
  const folded = new Set<string>();
  let last = '';
  let truncated = false;
  for (
    let index = Math.max(after(keys, from), prefix === '' ? 0 : after(keys, prefix) - 1, 0);
    index < keys.length;
    index += 1
  ) {
    const key = keys[index] ?? '';
    if (!key.startsWith(prefix)) {
      if (key > prefix) break;
      continue;
    }
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    // The page before may have ended inside this fold.
    if (common !== undefined && (folded.has(common) || from.startsWith(common))) {
      last = key;
      continue;
    }
    if (contents.length + folded.size >= limit) {
      truncated = limit > 0;
      break;
    }
    last = key;
    const object = bucket.get(key);
    if (common !== undefined) folded.add(common);
    else if (object) {
      const modified = new Date(object.modifiedAt).toISOString();
      contents.push({
        Key: encode(key),
        LastModified: modified,
        ETag: quote(object.etag),
        Size: object.size,
        StorageClass: 'STANDARD',
      });
    }
  }

  const body = xmlDocument('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    KeyCount: contents.length + folded.size,
    IsTruncated: truncated,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: truncated ? Buffer.from(last).toString('base64url') : undefined,
    EncodingType: query.get('encoding-type') ?? undefined,
    Contents: contents,
    CommonPrefixes: [...folded].map((Prefix) => ({ Prefix: encode(Prefix) })),
  });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
