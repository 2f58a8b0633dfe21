import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Message } from './message.ts';

const Line = z.union([z.object({ queue: z.string(), put: Message }), z.object({ gone: z.string() })]);

/** Which message lies in which queue, surviving the end of the process. */
export interface Journal {
  /** Messages that an earlier run left, by queue name. */
  readonly kept: ReadonlyMap<string, readonly Message[]>;
  put(queue: string, message: Message): void;
  gone(messageId: string): void;
  close(): void;
}

/** A kill may cut the last line short; what it said was never acknowledged. */
function parseLine(text: string): z.infer<typeof Line> | undefined {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function replay(file: string): Map<string, { queue: string; message: Message }> {
  const messages = new Map<string, { queue: string; message: Message }>();
  if (!existsSync(file)) return messages;
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    const line = parseLine(text);
    if (!line) continue;
    if ('gone' in line) messages.delete(line.gone);
    else messages.set(line.put.id, { queue: line.queue, message: line.put });
  }
  return messages;
}

/** A journal in a folder, one line for each put and each deletion, rewritten at the start; none when it is null. */
export function openJournal(folder: string | null): Journal {
  if (!folder) return { kept: new Map(), put: () => undefined, gone: () => undefined, close: () => undefined };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'messages.jsonl');
  const messages = replay(file);
  const kept = new Map<string, Message[]>();
  for (const { queue, message } of messages.values()) {
    const earlier = kept.get(queue);
    if (earlier) earlier.push(message);
    else kept.set(queue, [message]);
  }
  const lines = [...messages.values()].map(({ queue, message }) => `${JSON.stringify({ queue, put: message })}\n`);
  writeFileSync(`${file}.new`, lines.join(''));
  renameSync(`${file}.new`, file);
  const descriptor = openSync(file, 'a');
  return {
    kept,
    put: (queue, message) => writeSync(descriptor, `${JSON.stringify({ queue, put: message })}\n`),
    gone: (messageId) => writeSync(descriptor, `${JSON.stringify({ gone: messageId })}\n`),
    close: () => closeSync(descriptor),
  };
}
