import { AwsError } from '../engine.ts';

const cr = 13;

/** The source as lines and runs of bytes, whatever its chunks are. */
function reader(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);

  async function more(): Promise<void> {
    const next = await chunks.next();
    if (next.done) throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
    buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value]);
  }
  return {
    async line(): Promise<string> {
      let end = buffered.indexOf('\r\n');
      while (end < 0) {
        await more();
        end = buffered.indexOf('\r\n');
      }
      const text = buffered.toString('latin1', 0, end);
      buffered = buffered.subarray(end + 2);
      return text;
    },
    /** At most `length` bytes, at least one. */
    async bytes(length: number): Promise<Buffer> {
      if (buffered.length === 0) await more();
      const part = buffered.subarray(0, length);
      buffered = buffered.subarray(part.length);
      return part;
    },
    async crlf(): Promise<void> {
      while (buffered.length < 2) await more();
      if (buffered[0] !== cr)
        throw new AwsError('InvalidChunkSizeError', 'Only the last chunk may be shorter than its size.');
      buffered = buffered.subarray(2);
    },
  };
}

/**
 * Decodes `aws-chunked`: sizes in hexadecimal, optional chunk signatures (not computed: the connection never leaves
 * the machine), and trailers after the last chunk, which are written to `trailers` by lower-case name.
 * Throws IncompleteBody when the body ends early.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
): AsyncGenerator<Buffer> {
  const from = reader(source);
  for (;;) {
    const header = await from.line();
    let left = Number.parseInt(header.split(';')[0] ?? '', 16);
    if (Number.isNaN(left)) throw new AwsError('InvalidRequest', 'The chunk size is malformed.');
    if (left === 0) break;
    while (left > 0) {
      const part = await from.bytes(left);
      left -= part.length;
      yield part;
    }
    await from.crlf();
  }
  for (let line = await from.line(); line !== ''; line = await from.line()) {
    const colon = line.indexOf(':');
    trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
}
