import type { IncomingMessage } from 'node:http';

/** API Gateway's own limit on a payload. */
export const apiPayloadBytes = 10 * 1024 * 1024;
/** Lambda's limit on a synchronous event, which a function URL has too. */
export const lambdaPayloadBytes = 6 * 1024 * 1024;

/** The whole body, or undefined when it is longer than `limit`; what is over is read and dropped. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    length += part.length;
    if (length <= limit) chunks.push(part);
  }
  return length > limit ? undefined : Buffer.concat(chunks);
}
