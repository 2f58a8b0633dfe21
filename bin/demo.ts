import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { openHandsets } from '../lib/demo/handsets.ts';
import { runJourney } from '../lib/demo/journey.ts';
import { madeUpContacts } from '../lib/demo/made-up-contacts.ts';
import { terminalProgress } from '../lib/demo/progress.ts';
import { reportText } from '../lib/demo/report.ts';
import { stackForDemo } from '../lib/demo/stack.ts';
import { explain, LaunchError } from '../lib/launch/launch-error.ts';

const usage = `npm run demo -- [FILE.csv] [options]

  FILE.csv     contacts to import; made-up ones without it
  --rows N     how many contacts to make up (500)
  --json       the last line of the output is the report as one JSON object
  --stop       stops the stack at the end, if the demo started it (as it does without a terminal)
  --help       prints this
`;

const readFile = (path: string | undefined, rows: number) => {
  if (path === undefined)
    return { name: 'made-up-contacts.csv', bytes: new TextEncoder().encode(madeUpContacts(rows)) };
  try {
    return { name: basename(path), bytes: new Uint8Array(readFileSync(path)) };
  } catch {
    throw new LaunchError(`${path} cannot be read`, 'There is no such file, or it may not be read.', [
      'Name a CSV file: npm run demo -- contacts.csv',
      'Or none, and contacts are made up: npm run demo',
    ]);
  }
};

const main = async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '500' },
      json: { type: 'boolean', default: false },
      stop: { type: 'boolean', default: !process.stdout.isTTY },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const file = readFile(positionals[0], Number(values.rows));
  const progress = terminalProgress(process.stdout);
  progress.step('Local stack');
  const stack = await stackForDemo();
  progress.done(stack.startedHere ? 'started' : 'was running');
  try {
    const report = await runJourney(stack.addresses.apiUrl, openHandsets(stack.addresses.handsetsUrl), file, progress);
    process.stdout.write(`${reportText(report, stack.addresses)}\n`);
    if (stack.startedHere && !values.stop && !values.json) {
      process.stdout.write('  The stack runs on for you to look around. ^C to quit\n');
      await new Promise((resolve) => process.once('SIGINT', resolve));
    }
    if (stack.startedHere && (values.stop || values.json))
      process.stdout.write('  The stack that the demo started stops now; npm start brings these pages back.\n');
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await stack.stop();
  }
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error, false)}\n`);
  process.exitCode = 1;
}
