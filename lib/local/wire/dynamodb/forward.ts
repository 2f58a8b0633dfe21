import { Agent, request } from 'node:http';
import type { AwsAnswer } from '../engine.ts';

/**
 * The engine has one writer that spins on contention: more connections than this only burn its processor time.
 */
const connections = 8;

export interface EngineAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export type Forward = (target: string, body: Buffer) => Promise<EngineAnswer>;

/** Engines check that a request is signed, not by whom; DynamoDB Local keeps a set of tables per access key. */
function authorization(region: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
}

/** Connections to the engine, kept alive. Rejects when it can't be reached. */
export function createForward(endpoint: string, region: string): { forward: Forward; close(): void } {
  const { hostname, port, protocol } = new URL(endpoint);
  if (protocol !== 'http:')
    throw new Error(`The DynamoDB endpoint ${endpoint} must be an http address on this machine.`);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'lifo' });
  const fixed = {
    Authorization: authorization(region),
    'X-Amz-Date': '20260101T000000Z',
    'Content-Type': 'application/x-amz-json-1.0',
  };

  const forward: Forward = (target, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent,
          hostname,
          port,
          method: 'POST',
          path: '/',
          headers: { ...fixed, 'X-Amz-Target': target, 'Content-Length': body.length },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const [first] = chunks;
            resolve({
              status: incoming.statusCode ?? 500,
              headers: {
                'content-type': incoming.headers['content-type'] ?? 'application/x-amz-json-1.0',
                'x-amzn-requestid': String(incoming.headers['x-amzn-requestid'] ?? ''),
              },
              body: chunks.length === 1 && first ? first : Buffer.concat(chunks),
            });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return { forward, close: () => agent.destroy() };
}

/** The engine's answer as the gateway sends it on. */
export function toAnswer({ status, headers, body }: EngineAnswer, units?: AwsAnswer['units']): AwsAnswer {
  return { status, headers, body, ...(units && { units }) };
}
