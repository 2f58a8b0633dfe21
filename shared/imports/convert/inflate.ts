import { Readable } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { ImportFailed } from '../failure.ts';
import { mostFileBytes } from '../import-options.ts';

/** What all parts of a compressed file may come to: a few kilobytes can be made to hold terabytes. */
export interface InflateBudget {
  left: number;
}

export const inflateBudget = (): InflateBudget => ({ left: mostFileBytes });

/**
 * The bytes that a compressed stream holds, as they are asked for.
 * @throws ImportFailed for a damaged stream, or one that holds more than the budget has left
 */
export async function* inflate(
  pieces: AsyncIterable<Uint8Array>,
  kind: 'gzip' | 'deflate',
  budget: InflateBudget,
): AsyncGenerator<Uint8Array> {
  const options = { chunkSize: 64 * 1024 };
  const source = Readable.from(pieces);
  const inflated = source.pipe(kind === 'gzip' ? createGunzip(options) : createInflateRaw(options));
  // A pipe does not hand errors on.
  let failed: unknown;
  source.once('error', (error) => {
    failed = error;
    inflated.destroy();
  });
  try {
    for await (const piece of inflated) {
      const bytes = Buffer.from(piece);
      budget.left -= bytes.length;
      if (budget.left < 0) throw new ImportFailed('TOO_LARGE', 'The file holds more than 1 GiB when it is unpacked');
      yield bytes;
    }
  } catch (error) {
    if (failed !== undefined) throw failed;
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new ImportFailed('COMPRESSED', 'The compressed file is damaged: it cannot be unpacked');
    throw error;
  } finally {
    source.destroy();
    inflated.destroy();
  }
}
