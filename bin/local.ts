import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readSignIn } from '../lib/launch/demo-sign-in.ts';
import { dataFolder, homeFolder, type Launched, launch, logFile } from '../lib/launch/launch.ts';
import { explain, LaunchError } from '../lib/launch/launch-error.ts';
import { type PortWish } from '../lib/launch/ports.ts';
import { readyBlock } from '../lib/launch/ready-block.ts';
import { claim, removeStackFile, runningStack, type StackAddresses } from '../lib/launch/stack-file.ts';

const started = performance.now();
// Functions see UTC, as on Lambda; a worker can't have a time zone of its own.
process.env.TZ = 'UTC';

const usage = `npm start -- [options]

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

const readFlags = () => {
  try {
    return parseArgs({ options, args: process.argv.slice(2) }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new LaunchError('That is not how npm start is called', `${why}.`, ['See npm start -- --help']);
  }
};

const wish = (purpose: string, usual: number, setting: string, text: string | undefined): PortWish => {
  if (text === undefined) return { purpose, usual };
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536)
    return { purpose, usual, requested: { port: Number(text), setting } };
  throw new LaunchError(`${setting} is no port`, `"${text}" is not a number from 0 to 65535.`, [
    `Say ${setting} ${usual}`,
  ]);
};

const portsOf = (flags: ReturnType<typeof readFlags>) => ({
  api:
    flags.port === undefined
      ? wish('the API', 4100, 'HELIOGRAPH_PORT', process.env.HELIOGRAPH_PORT)
      : wish('the API', 4100, '--port', flags.port),
  webhook: wish('the webhook', 4101, '--webhook-port', flags['webhook-port']),
  gateway: wish('the AWS gateway', 4102, '--gateway-port', flags['gateway-port']),
  handsets: wish('the simulated provider', 4103, '--handsets-port', flags['handsets-port']),
});

const show = (addresses: StackAddresses, json: boolean, title: string, last: string) => {
  const signIn = readSignIn(`${homeFolder}/demo.json`);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...addresses, signIn })}\n`
      : readyBlock(title, { ...addresses, signIn, logFile, dataFolder }, last),
  );
};

/** Another process is just starting on the same folder: its stack is ours as well, once it is there. */
const othersStack = async (pid: number) => {
  for (let tries = 0; tries < 120; tries += 1) {
    const addresses = await runningStack(homeFolder);
    if (addresses) return addresses;
    await wait(500);
  }
  throw new LaunchError('Another start does not come to its end', `Process ${pid} holds ${homeFolder}/lock.`, [
    `Stop it: kill ${pid}`,
  ]);
};

const start = async (flags: ReturnType<typeof readFlags>) => {
  const running = await runningStack(homeFolder);
  if (flags.status && !running) process.exitCode = 1;
  if (flags.status && !running)
    return void process.stdout.write(flags.json ? '{}\n' : 'No local stack is running: npm start\n');
  const holder = running ? undefined : claim(homeFolder);
  if (running || holder?.claimed === false) {
    const addresses = running ?? (await othersStack(holder?.claimed === false ? holder.pid : 0));
    return show(addresses, flags.json, 'The local stack is already running', `To stop it: kill ${addresses.pid}`);
  }

  const aborting = new AbortController();
  let launched: Launched | undefined;
  let stopping = false;
  const stop = async (code: number) => {
    // Whoever presses ^C twice means it.
    if (stopping) process.exit(130);
    stopping = true;
    aborting.abort();
    if (!launched) return;
    await launched.close();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      process.stderr.write(explain(error, flags.debug, logFile));
      void stop(1);
    });

  const say = (text: string) => void process.stderr.write(text);
  if (!flags.json) say('Synthesizing and starting …\n');
  try {
    launched = await launch({
      fresh: flags.fresh,
      watch: !flags['no-watch'],
      ports: portsOf(flags),
      dynamodbEndpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
      say,
      onStopRequest: () => void stop(0),
      signal: aborting.signal,
    });
  } catch (error) {
    removeStackFile(homeFolder);
    if (stopping) process.exit(130);
    throw error;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (flags.json) process.stdout.write(`${JSON.stringify(launched.ready)}\n`);
  else
    process.stdout.write(
      readyBlock(`Ready in ${seconds} s, from the synthesized template`, launched.ready, '^C to quit'),
    );
};

const debug = process.argv.includes('--debug');
try {
  const flags = readFlags();
  if (flags.help) process.stdout.write(usage);
  else await start(flags);
} catch (error) {
  process.stderr.write(explain(error, debug, logFile));
  process.exit(1);
}
