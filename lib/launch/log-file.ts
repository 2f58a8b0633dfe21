import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import type { Runtime } from '../local/runtime.ts';

/** Writes every line to `file` as JSON, and shows errors on the terminal in short. */
export function logTo(file: string, show: (text: string) => void): { log: Runtime['log']; close(): Promise<void> } {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'w' });
  return {
    log: ({ level, source, message, ...fields }) => {
      stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, source, message, ...fields })}\n`);
      if (level === 'error') show(`${styleText('red', '✘')} ${source}: ${message.split('\n')[0] ?? ''}\n`);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
