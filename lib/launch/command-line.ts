import { parseArgs } from 'node:util';
import { LaunchError } from './launch-error.ts';
import type { PortWish } from './ports.ts';

export const usage = `npm start -- [options]

  --fresh              clears table, objects and messages of earlier runs
  --port N             port of the API (usually 4100; also HELIOGRAPH_PORT)
  --webhook-port N     port of the webhook (usually 4101)
  --gateway-port N     port of the AWS gateway (usually 4102)
  --handsets-port N    port of the simulated provider (usually 4103)
  --no-watch           does not reload edited code
  --status             says whether a stack runs, and where
  --json               prints the addresses as one JSON object
  --debug              shows stack traces
  --help               prints this
`;

const options = {
  fresh: { type: 'boolean', default: false },
  port: { type: 'string' },
  'webhook-port': { type: 'string' },
  'gateway-port': { type: 'string' },
  'handsets-port': { type: 'string' },
  'no-watch': { type: 'boolean', default: false },
  status: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  debug: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The flags of `npm start`. Throws a LaunchError that suggests what was probably meant. */
export function readFlags(args: string[]) {
  try {
    return parseArgs({ options, args }).values;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    const [, given = ''] = /'--([\w-]+)/.exec(why) ?? [];
    const meant = Object.keys(options).find((name) => given !== '' && distance(name, given) <= 2);
    const hint = meant === undefined ? [] : [`Did you mean --${meant}?`];
    throw new LaunchError('That is not how npm start is called', `${why}.`, [...hint, 'See npm start -- --help']);
  }
}
export type Flags = ReturnType<typeof readFlags>;

/** Where each part should listen, from the flags and HELIOGRAPH_PORT. Throws a LaunchError for what is no port. */
export function portsOf(flags: Flags, environment: NodeJS.ProcessEnv) {
  const apiPort = flags.port ?? environment['HELIOGRAPH_PORT'];
  return {
    api: wish('the API', 4100, flags.port === undefined ? 'HELIOGRAPH_PORT' : '--port', apiPort),
    webhook: wish('the webhook', 4101, '--webhook-port', flags['webhook-port']),
    gateway: wish('the AWS gateway', 4102, '--gateway-port', flags['gateway-port']),
    handsets: wish('the simulated provider', 4103, '--handsets-port', flags['handsets-port']),
  };
}

function wish(purpose: string, usual: number, setting: string, text: string | undefined): PortWish {
  if (text === undefined || text === '') return { purpose, usual };
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return { purpose, usual, requested: { port, setting } };
  const example = setting.startsWith('--') ? `${setting} ${usual}` : `${setting}=${usual}`;
  throw new LaunchError(`${setting} is no port`, `"${text}" is not a number from 0 to 65535.`, [`Say ${example}`]);
}

/** Number of single letters to change, add or drop between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split('').entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
