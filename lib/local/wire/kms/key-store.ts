import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Kept = z.record(z.string(), z.base64());

export interface KeyStore {
  has(keyId: string): boolean;
  /** 32 bytes. Throws for a key that was not created. */
  material(keyId: string): Buffer;
  /** Makes the material unless it is there: what an earlier run sealed must open again. */
  create(keyId: string): void;
}

/** Key material in `keys.json` of a folder, readable by its owner only; in memory when the folder is null. */
export function openKeyStore(folder: string | null): KeyStore {
  const file = folder && join(folder, 'keys.json');
  const kept = file && existsSync(file) ? Kept.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const keys = new Map(Object.entries(kept).map(([keyId, text]) => [keyId, Buffer.from(text, 'base64')]));
  return {
    has: (keyId) => keys.has(keyId),
    material(keyId) {
      const material = keys.get(keyId);
      if (!material) throw new Error(`There is no key ${keyId}.`);
      return material;
    },
    create(keyId) {
      if (keys.has(keyId)) return;
      keys.set(keyId, randomBytes(32));
      if (!folder || !file) return;
      mkdirSync(folder, { recursive: true });
      const text = JSON.stringify(
        Object.fromEntries([...keys].map(([id, material]) => [id, material.toString('base64')])),
      );
      // Written whole before it takes the name, so that a kill leaves the old file or the new one.
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
