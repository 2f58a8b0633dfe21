import { z } from 'zod';

export const Encoding = z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']);
export type Encoding = z.infer<typeof Encoding>;

export const unitBytes = (encoding: Encoding) => (encoding.startsWith('utf-16') ? 2 : 1);

/** The encoding that a byte order mark states, and the mark's length. */
export const byteOrderMark = (bytes: Uint8Array): { encoding: Encoding; bytes: number } | undefined => {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return undefined;
};

/** A part of a text, cut between characters. What an encoding doesn't allow becomes U+FFFD. */
export const decode = (bytes: Uint8Array, encoding: Encoding) =>
  new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);

/**
 * Bytes as the units in which line ends, delimiters and quotation marks are single: themselves in any encoding that
 * extends ASCII, pairs in UTF-16. A pair that is split between two pieces waits for the second.
 */
export const unitReader = (encoding: Encoding) => {
  if (unitBytes(encoding) === 1) return (bytes: Uint8Array): ArrayLike<number> => bytes;
  const low = encoding === 'utf-16le' ? 0 : 1;
  let odd: number | undefined;
  return (piece: Uint8Array): ArrayLike<number> => {
    const bytes = odd === undefined ? piece : Uint8Array.of(odd, ...piece);
    const units = new Uint16Array(bytes.length >> 1);
    for (let index = 0; index < units.length; index += 1)
      units[index] = (bytes[index * 2 + low] ?? 0) | ((bytes[index * 2 + 1 - low] ?? 0) << 8);
    odd = bytes.length % 2 === 1 ? bytes.at(-1) : undefined;
    return units;
  };
};

/** Tells, when a text without a byte order mark has passed through, whether all of it is UTF-8. */
export const utf8Check = () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let valid = true;
  const look = (bytes?: Uint8Array) => {
    if (!valid) return;
    try {
      decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      valid = false;
    }
  };
  return {
    /** Answers whether what has passed so far can be UTF-8; a character may be split between two pieces. */
    push: (bytes: Uint8Array) => {
      look(bytes);
      return valid;
    },
    finish: () => {
      look();
      return valid;
    },
  };
};
