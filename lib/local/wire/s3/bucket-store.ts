import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const StoredObject = z.object({
  key: z.string(),
  /** Name of the file with its bytes. */
  file: z.string(),
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** Milliseconds since 1970. */
  modifiedAt: z.number(),
  /** What GetObject answers again: content type, disposition, metadata, checksum. */
  headers: z.record(z.string(), z.string()),
});
export type StoredObject = z.infer<typeof StoredObject>;

export interface BucketStore {
  readonly name: string;
  /** Folder into which bodies are received before they have a name. */
  readonly dataFolder: string;
  readonly uploadsFolder: string;
  get(key: string): StoredObject | undefined;
  /** Keys in order. */
  keys(): readonly string[];
  /** Gives received bytes their name; whoever reads the old ones reads on. */
  commit(object: StoredObject): void;
  remove(key: string): boolean;
  /** Opens the bytes of an object; the descriptor is the caller's to close. */
  open(object: StoredObject): number;
  /** Keeps a value between runs, and returns what was kept before. */
  remember(name: string, value: string): string | undefined;
}

const fileOf = (key: string) => `${createHash('sha256').update(key).digest('hex')}.json`;

/** Written whole before it takes the name, so that a kill leaves the old file or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** A bucket in a folder: one file of metadata for each key that names the file of its bytes. */
export function openBucket(root: string, name: string): BucketStore {
  const folder = join(root, name);
  const dataFolder = join(folder, 'data');
  const metadataFolder = join(folder, 'metadata');
  const uploadsFolder = join(folder, 'uploads');
  for (const path of [dataFolder, metadataFolder, uploadsFolder]) mkdirSync(path, { recursive: true });

  const objects = new Map<string, StoredObject>();
  for (const file of readdirSync(metadataFolder)) {
    if (!file.endsWith('.json')) continue;
    const object = StoredObject.parse(JSON.parse(readFileSync(join(metadataFolder, file), 'utf8')));
    objects.set(object.key, object);
  }
  // Bodies that an earlier run received and never named.
  const named = new Set([...objects.values()].map(({ file }) => file));
  for (const file of readdirSync(dataFolder)) if (!named.has(file)) rmSync(join(dataFolder, file));
  let sorted: string[] | undefined;

  return {
    name,
    dataFolder,
    uploadsFolder,
    get: (key) => objects.get(key),
    keys() {
      sorted ??= [...objects.keys()].toSorted();
      return sorted;
    },
    commit(object) {
      replaceFile(join(metadataFolder, fileOf(object.key)), JSON.stringify(object));
      const before = objects.get(object.key);
      if (!before) sorted = undefined;
      objects.set(object.key, object);
      if (before) rmSync(join(dataFolder, before.file), { force: true });
    },
    remove(key) {
      const object = objects.get(key);
      if (!object) return false;
      rmSync(join(metadataFolder, fileOf(key)), { force: true });
      objects.delete(key);
      sorted = undefined;
      rmSync(join(dataFolder, object.file), { force: true });
      return true;
    },
    open: (object) => openSync(join(dataFolder, object.file), 'r'),
    remember(entry, value) {
      const path = join(folder, `${entry}.json`);
      const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      if (before !== value) replaceFile(path, value);
      return before;
    },
  };
}
