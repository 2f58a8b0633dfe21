import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../lib/bundle.ts';
import { type Bench, figure } from './support/bench.ts';

const root = join(import.meta.dirname, '..');
const rounds = 15;
/** measures.md: of a bare handler with a DynamoDB client. */
const mostRatio = 1.3;

export const coldStartBench: Bench = {
  about: 'loading the contacts function in a fresh process, against a bare handler with a DynamoDB client',
  run: async (_options, report) => {
    const folder = mkdtempSync(join(tmpdir(), 'heliograph-cold-start-'));
    try {
      const entries = [
        { in: join(root, 'functions/contacts/http.ts'), out: 'contacts' },
        { in: join(import.meta.dirname, 'support/bare-handler.ts'), out: 'bare' },
      ];
      bundle(entries, folder);
      const [contacts, bare] = [join(folder, 'contacts.mjs'), join(folder, 'bare.mjs')];
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        theirs.push(millisecondsToLoad(bare));
        ours.push(millisecondsToLoad(contacts));
      }
      // The least of each: whatever else runs on the machine only adds.
      const ratio = Math.min(...ours) / Math.min(...theirs);
      const kilobytes = (file: string) => statSync(file).size / 1024;
      report(
        `contacts/http takes ${ratio.toFixed(2)} times the processor time (at most ${mostRatio}): ${figure(Math.min(...ours))} ms and ${figure(kilobytes(contacts))} KiB, bare ${figure(Math.min(...theirs))} ms and ${figure(kilobytes(bare))} KiB`,
        { measure: 'cold start', ratio, atMost: mostRatio, contacts: ours, bare: theirs },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Of processor time: on a machine that others use, the clock tells of them. */
const millisecondsToLoad = (file: string): number => {
  const script = `const before = process.cpuUsage(); await import('${pathToFileURL(file).href}');
    const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)`;
  const environment = { AWS_REGION: 'us-east-1', TABLE_NAME: 'table', RUNS_BUCKET: 'runs' };
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: environment }).toString());
};
