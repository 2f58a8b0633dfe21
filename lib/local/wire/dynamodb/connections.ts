import { connect, type Socket } from 'node:net';
import type { EngineAnswer } from './forward.ts';

const endOfHead = '\r\n\r\n';
const statusStart = 'HTTP/1.1 '.length;

interface Waiting {
  resolve: (answer: EngineAnswer) => void;
  reject: (error: Error) => void;
}

interface Connection {
  socket: Socket;
  buffered: Buffer | undefined;
  waiting: Waiting | undefined;
}

/** One answer from the front of `buffered`, or undefined until it has all come in. */
function readAnswer(buffered: Buffer): EngineAnswer | undefined {
  const end = buffered.indexOf(endOfHead);
  if (end < 0) return undefined;
  const head = buffered.toString('latin1', 0, end);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error('The DynamoDB engine answered without a length.');
  const start = end + endOfHead.length;
  if (buffered.length < start + length) return undefined;
  return { status: Number(head.slice(statusStart, statusStart + 3)), body: buffered.subarray(start, start + length) };
}

/**
 * HTTP to dynoxide over connections that are kept, one request at a time on each. It costs a third of the processor
 * time of node:http, on a path that every DynamoDB call takes, and relies on dynoxide's always telling a length.
 */
export function createConnections(endpoint: string, most: number) {
  const { hostname, port } = new URL(endpoint);
  const all = new Set<Connection>();
  const idle: Connection[] = [];
  const queue: ((connection: Connection) => void)[] = [];

  function open(): Connection {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const connection: Connection = { socket, buffered: undefined, waiting: undefined };
    all.add(connection);
    socket.on('data', (chunk) => receive(connection, Buffer.from(chunk)));
    socket.on('error', (error) => drop(connection, error));
    socket.on('close', () => drop(connection, new Error('The DynamoDB engine closed the connection.')));
    return connection;
  }

  function receive(connection: Connection, chunk: Buffer): void {
    connection.buffered = connection.buffered ? Buffer.concat([connection.buffered, chunk]) : chunk;
    try {
      const answer = readAnswer(connection.buffered);
      if (!answer) return;
      const { waiting } = connection;
      connection.buffered = undefined;
      connection.waiting = undefined;
      const next = queue.shift();
      if (next) next(connection);
      else idle.push(connection);
      waiting?.resolve(answer);
    } catch (error) {
      drop(connection, error instanceof Error ? error : new Error(String(error)));
    }
  }

  function drop(connection: Connection, error: Error): void {
    if (!all.delete(connection)) return;
    const place = idle.indexOf(connection);
    if (place >= 0) idle.splice(place, 1);
    connection.socket.destroy();
    connection.waiting?.reject(error);
    const next = queue.shift();
    if (next) next(open());
  }

  return {
    /** Sends one request, head and body in one piece. Rejects when the connection breaks before its answer. */
    async send(request: Buffer): Promise<EngineAnswer> {
      const connection =
        idle.pop() ?? (all.size < most ? open() : await new Promise<Connection>((resolve) => void queue.push(resolve)));
      return new Promise((resolve, reject) => {
        connection.waiting = { resolve, reject };
        connection.socket.write(request);
      });
    },
    close() {
      for (const connection of all) drop(connection, new Error('The DynamoDB engine was stopped.'));
    },
  };
}
