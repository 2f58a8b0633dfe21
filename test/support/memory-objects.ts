import { createHash } from 'node:crypto';
import { ObjectChanged, type Objects } from '../../shared/platform/objects.ts';

const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? Buffer.from(body) : Buffer.from(body));

const etagOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;

/** Of an object that is put part by part; the last may be smaller. */
const smallestPart = 5 * 1024 * 1024;

const notHere = () => Promise.reject(new Error('A bucket in memory has no URLs'));

/** A bucket in memory, for tests of what is kept in objects; presigned URLs and missing objects' errors are S3's. */
export const memoryObjects = (): Objects & { keys(): string[] } => {
  const kept = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
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
    keys: () => [...kept.keys()],
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
    beginUpload: async (key) => {
      uploads.set(key, new Map());
      return key;
    },
    putPart: async (_key, uploadId, part, body) => {
      const parts = uploads.get(uploadId);
      if (!parts) throw Object.assign(new Error(`No upload ${uploadId}`), { name: 'NoSuchUpload' });
      const bytes = bytesOf(body);
      parts.set(part, bytes);
      return etagOf(bytes);
    },
    completeUpload: async (key, uploadId, etags) => {
      const parts = uploads.get(uploadId);
      if (!parts) return void get(key);
      const bodies = etags.map((etag, index) => {
        const bytes = parts.get(index + 1);
        const isLast = index === etags.length - 1;
        if (!bytes || etagOf(bytes) !== etag || (bytes.length < smallestPart && !isLast))
          throw new Error(`Part ${index + 1} is not what S3 would take`);
        return bytes;
      });
      kept.set(key, Buffer.concat(bodies));
      uploads.delete(uploadId);
    },
    uploadUrl: notHere,
    downloadUrl: notHere,
  };
};
