import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines of a file that stands beside the function's bundle (lib/bundle.ts puts it there). */
export const bundledLines = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, name), 'utf8').split('\n');
