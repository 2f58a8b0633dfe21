import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from '../lib/bundle.ts';
import { type Bench, figure } from './support/bench.ts';

const root = join(import.meta.dirname, '..');
const functions = ['contacts/http', 'auth/http'];
const rounds = 15;
/** measures.md: of a bare handler with a DynamoDB client. */
const mostRatio = 1.3;

export const coldStartBench: Bench = {
  about: 'loading functions in a fresh process, against a bare handler with a DynamoDB client',
  run: async (_options, report) => {
    const folder = mkdtempSync(join(tmpdir(), 'heliograph-cold-start-'));
    try {
      const entries = functions.map((name) => ({ in: join(root, `functions/${name}.ts`), out: name }));
      bundle([...entries, { in: join(import.meta.dirname, 'support/bare-handler.ts'), out: 'bare' }], folder);
      const fileOf = (name: string) => join(folder, `${name}.mjs`);
      const loads = new Map(['bare', ...functions].map((name) => [name, Array<number>()]));
      for (let round = 0; round < rounds; round += 1)
        for (const [name, milliseconds] of loads) milliseconds.push(millisecondsToLoad(fileOf(name)));
      // The least of each: whatever else runs on the machine only adds.
      const leastOf = (name: string) => Math.min(...(loads.get(name) ?? []));
      const inWords = (name: string) =>
        `${figure(leastOf(name))} ms and ${figure(statSync(fileOf(name)).size / 1024)} KiB`;
      for (const name of functions) {
        const ratio = leastOf(name) / leastOf('bare');
        report(
          `${name} takes ${ratio.toFixed(2)} times the processor time (at most ${mostRatio}): ${inWords(name)}, bare ${inWords('bare')}`,
          { measure: 'cold start', name, ratio, atMost: mostRatio, loads: loads.get(name), bare: loads.get('bare') },
        );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What the functions read while they load. */
const environment = {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table',
  RUNS_BUCKET: 'runs',
  ISSUER: 'https://api.example.com/v1',
  KEY_ARN: 'arn:aws:kms:us-east-1:123456789012:key/1',
  REGISTRATION_TIER: 'free',
  ATTEMPTS_PER_ADDRESS: '30',
  NOTIFICATIONS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/notifications',
};

/** Of processor time: on a machine that others use, the clock tells of them. */
const millisecondsToLoad = (file: string): number => {
  const script = `const before = process.cpuUsage(); await import('${pathToFileURL(file).href}');
    const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: environment }).toString());
};
