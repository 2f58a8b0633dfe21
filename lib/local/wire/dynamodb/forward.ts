import { createConnections } from './connections.ts';

/** The engine has one writer that spins on contention: more connections than this only burn its processor time. */
const mostConnections = 8;

export interface EngineAnswer {
  status: number;
  body: Buffer;
}

export interface Forwarder {
  /** Calls an operation with a body as it came. Rejects when the engine can't be reached. */
  forward(action: string, body: Buffer): Promise<EngineAnswer>;
  close(): void;
}

/** Engines check that a request is signed, not by whom; DynamoDB Local keeps a set of tables per access key. */
function headersFor(region: string, action: string): Record<string, string> {
  return {
    Authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
    'X-Amz-Date': '20260101T000000Z',
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `DynamoDB_20120810.${action}`,
  };
}

/** To the engine that the runtime started. */
export function forwardToDynoxide(endpoint: string, region: string): Forwarder {
  const connections = createConnections(endpoint, mostConnections);
  const heads = new Map<string, string>();
  const headOf = (action: string) => {
    let head = heads.get(action);
    if (head === undefined) {
      const headers = { Host: new URL(endpoint).host, ...headersFor(region, action) };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      head = `POST / HTTP/1.1\r\n${lines.join('')}Content-Length: `;
      heads.set(action, head);
    }
    return head;
  };
  return {
    forward: (action, body) =>
      connections.send(Buffer.concat([Buffer.from(`${headOf(action)}${body.length}\r\n\r\n`, 'latin1'), body])),
    close: () => connections.close(),
  };
}

/** To an engine that the person runs: whatever speaks the protocol, on any address. */
export function forwardToEndpoint(endpoint: string, region: string): Forwarder {
  return {
    async forward(action, body) {
      const request = { method: 'POST', headers: headersFor(region, action), body: Uint8Array.from(body) };
      const response = await fetch(endpoint, request);
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
    },
    close: () => undefined,
  };
}
