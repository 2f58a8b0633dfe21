import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import { z } from 'zod';
import type { Runtime } from '../local/runtime.ts';

/** Writes every line to `file` as JSON, and shows errors on the terminal in short. */
export function logTo(file: string, show: (text: string) => void): { log: Runtime['log']; close: () => Promise<void> } {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'w' });
  return {
    log: ({ level, source, message, ...fields }) => {
      stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, source, message, ...fields })}\n`);
      const failure = level === 'error' ? message : errorOf(message);
      if (failure !== undefined) show(`${styleText('red', '✘')} ${source}: ${failure.split('\n')[0] ?? ''}\n`);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

const ErrorLine = z.object({
  level: z.literal('ERROR'),
  message: z.string(),
  error: z.object({ message: z.string() }).optional(),
});

/** What a function's own log line of level ERROR says in short. */
function errorOf(line: string): string | undefined {
  if (!line.startsWith('{') || !line.includes('"ERROR"')) return undefined;
  try {
    const { success, data } = ErrorLine.safeParse(JSON.parse(line));
    return success ? [data.message, data.error?.message].filter(Boolean).join(': ') : undefined;
  } catch {
    return undefined;
  }
}
