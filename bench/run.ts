import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../lib/launch/synthesize.ts';
import { apiBench } from './api.ts';
import { authBench } from './auth.ts';
import { coldStartBench } from './cold-start.ts';
import { contactsBench } from './contacts.ts';
import { costBench } from './cost.ts';
import { fairnessBench } from './fairness.ts';
import { importBench } from './import.ts';
import { peerBench } from './peer.ts';
import type { Bench } from './support/bench.ts';

const benches: Record<string, Bench> = {
  api: apiBench,
  auth: authBench,
  'cold-start': coldStartBench,
  contacts: contactsBench,
  import: importBench,
  fairness: fairnessBench,
  peer: peerBench,
  cost: costBench,
};

const usage = `npm run bench -- [NAME …] [options]

${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(15)} ${about}`)
  .join('\n')}

  --rows N        how many contacts to make up, where a bench imports them
  --postgres URL  a PostgreSQL to compare with, in a database made and dropped; otherwise one is started
  --disk          keeps table and objects in files, as npm start does; in memory otherwise
  --assembly DIR  a folder that CDK synthesized into already
  --json          prints each figure as one line of JSON
  --help          prints this

Every bench runs the synthesized stacks on this machine and talks to 127.0.0.1 only, but for a PostgreSQL that you name.
`;

const main = async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string' },
      postgres: { type: 'string' },
      disk: { type: 'boolean', default: false },
      assembly: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(benches);
  const unknown = names.filter((name) => !benches[name]);
  if (values.help || unknown.length > 0) {
    process.stdout.write(unknown.length > 0 ? `There is no bench ${unknown.join(', ')}\n\n${usage}` : usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const folder = values.assembly === undefined ? mkdtempSync(join(tmpdir(), 'heliograph-')) : undefined;
  try {
    if (folder) await synthesize(folder, {});
    const options = {
      assembly: values.assembly ?? folder ?? '',
      onDisk: values.disk,
      rows: values.rows === undefined ? undefined : Number(values.rows),
      postgres: values.postgres,
    };
    for (const name of names) {
      if (!values.json) process.stdout.write(`\n${name}: ${benches[name]?.about}\n`);
      await benches[name]?.run(options, (text, fields) =>
        process.stdout.write(values.json ? `${JSON.stringify({ bench: name, ...fields })}\n` : `  ${text}\n`),
      );
    }
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
};

await main();
