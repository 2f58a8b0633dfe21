// A namespace: naming an export that an older runtime lacks would stop the module from loading.
import * as crypto from 'node:crypto';

/** ASVS 5.0, appendix C: argon2id with 46 MiB, one pass, one lane; or scrypt with N = 2^17, r = 8, p = 1. */
const argon2 = { memory: 47_104, passes: 1, parallelism: 1 };
const scrypt = { cost: 17, blockSize: 8, parallelization: 1 };
const saltBytes = 16;
const tagBytes = 32;

const argon2Head = `argon2id$v=19$m=${argon2.memory},t=${argon2.passes},p=${argon2.parallelism}`;
const scryptHead = `scrypt$ln=${scrypt.cost},r=${scrypt.blockSize},p=${scrypt.parallelization}`;

const hasArgon2 = 'argon2Sync' in crypto;

const derive = (head: string, password: string, salt: Uint8Array): Buffer => {
  // One form for what one keyboard composes and another doesn't.
  const message = password.normalize('NFC');
  if (head === argon2Head)
    return crypto.argon2Sync('argon2id', { ...argon2, message, nonce: salt, tagLength: tagBytes });
  if (head === scryptHead) {
    // scrypt takes 128 · N · r bytes, which Node refuses by default.
    const maxmem = 256 * 2 ** scrypt.cost * scrypt.blockSize;
    return crypto.scryptSync(message, salt, tagBytes, { ...scrypt, cost: 2 ** scrypt.cost, maxmem });
  }
  throw new Error('A password hash of unknown kind');
};

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** The hash of a password in PHC form, with a salt of its own. Takes tens of milliseconds, on purpose. */
export const hashPassword = (password: string, kind: 'argon2id' | 'scrypt' = hasArgon2 ? 'argon2id' : 'scrypt') => {
  const head = kind === 'argon2id' ? argon2Head : scryptHead;
  const salt = crypto.randomBytes(saltBytes);
  return `$${head}$${unpadded(salt)}$${unpadded(derive(head, password, salt))}`;
};

/** Stands for the hash of nobody: an unknown account takes as long as a wrong password. */
const nobody = `$${hasArgon2 ? argon2Head : scryptHead}$${unpadded(Buffer.alloc(saltBytes))}$${unpadded(Buffer.alloc(tagBytes))}`;

/**
 * Whether `password` made the hash; false, and as slowly, where there is none.
 * @throws Error for a hash that this version didn't write
 */
export const verifyPassword = (password: string, hash: string | undefined): boolean => {
  const [, head = '', salt = '', tag = ''] = /^\$(.+)\$([^$]+)\$([^$]+)$/.exec(hash ?? nobody) ?? [];
  const derived = derive(head, password, Buffer.from(salt, 'base64'));
  const expected = Buffer.from(tag, 'base64');
  return derived.length === expected.length && crypto.timingSafeEqual(derived, expected) && hash !== undefined;
};
