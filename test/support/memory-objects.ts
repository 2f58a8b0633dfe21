import { createHash } from 'node:crypto';
import { ObjectChanged, type Objects } from '../../shared/platform/objects.ts';

const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? Buffer.from(body) : Buffer.from(body));

const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

const notHere = () => Promise.reject(new Error('A bucket in memory has no URLs'));

/** A bucket in memory, for tests of what is kept in objects; presigned URLs and missing objects' errors are S3's. */
export const memoryObjects = (): Objects => {
  const kept = new Map<string, Buffer>();
  const get = (key: string) => {
    const bytes = kept.get(key);
    if (!bytes) throw Object.assign(new Error(`No object ${key}`), { name: 'NoSuchKey' });
    return bytes;
  };
  const pinned = (key: string, etag: string) => {
    const bytes = kept.get(key);
    if (!bytes || etagOf(bytes) !== etag) throw new ObjectChanged();
    return bytes;
  };
  return {
    facts: async (key) => {
      const bytes = kept.get(key);
      return bytes && { bytes: bytes.length, etag: etagOf(bytes) };
    },
    range: async (key, etag, from, to) => pinned(key, etag).subarray(from, to + 1),
    stream: async (key, etag) => {
      const bytes = etag === undefined ? get(key) : pinned(key, etag);
      return (async function* () {
        for (let start = 0; start < bytes.length; start += 1000) yield bytes.subarray(start, start + 1000);
      })();
    },
    text: async (key) => kept.get(key)?.toString(),
    put: async (key, body) => {
      kept.set(key, bytesOf(body));
    },
    putStream: async (key, pieces) => {
      const held = [];
      for await (const piece of pieces) held.push(piece);
      const bytes = Buffer.concat(held);
      kept.set(key, bytes);
      return etagOf(bytes);
    },
    putOnce: async (key, body) => {
      if (kept.has(key)) return false;
      kept.set(key, bytesOf(body));
      return true;
    },
    delete: async (key) => {
      kept.delete(key);
    },
    uploadUrl: notHere,
    downloadUrl: notHere,
  };
};
