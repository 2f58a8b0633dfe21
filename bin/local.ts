import { setTimeout as wait } from 'node:timers/promises';
import { type Flags, portsOf, readFlags, usage } from '../lib/launch/command-line.ts';
import { readSignIn } from '../lib/launch/demo-sign-in.ts';
import { dataFolder, homeFolder, type Launched, launch, logFile } from '../lib/launch/launch.ts';
import { explain, LaunchError } from '../lib/launch/launch-error.ts';
import { readyBlock } from '../lib/launch/ready-block.ts';
import { claim, removeStackFile, runningStack, type StackAddresses } from '../lib/launch/stack-file.ts';

// Functions see UTC, as on Lambda; a worker can't have a time zone of its own.
process.env.TZ = 'UTC';

const say = (text: string) => void process.stderr.write(text);
const print = (text: string) => void process.stdout.write(text);

const showRunning = (addresses: StackAddresses, json: boolean) => {
  const signIn = readSignIn(`${homeFolder}/demo.json`);
  if (json) return print(`${JSON.stringify({ ...addresses, signIn })}\n`);
  const ready = { ...addresses, signIn, logFile, dataFolder };
  return print(readyBlock('The local stack is already running', ready, `To stop it: kill ${addresses.pid}`));
};

/** Another process is just starting on the same folder: its stack is ours as well, once it is there. */
const othersStack = async (pid: number) => {
  for (let tries = 0; tries < 120; tries += 1) {
    const addresses = await runningStack(homeFolder);
    if (addresses) return addresses;
    await wait(500);
  }
  const why = `Process ${pid} holds ${homeFolder}/lock, but no stack of it answers.`;
  throw new LaunchError('Another start does not come to its end', why, [`Stop it: kill ${pid}`]);
};

const start = async (flags: Flags) => {
  const aborting = new AbortController();
  let launched: Launched | undefined;
  const stop = async (code: number) => {
    // Whoever presses ^C twice means it.
    if (aborting.signal.aborted) process.exit(130);
    aborting.abort();
    if (!launched) return;
    await launched.close();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      say(explain(error, flags.debug, logFile));
      void stop(1);
    });

  if (!flags.json) say('Synthesizing and starting …\n');
  try {
    launched = await launch({
      fresh: flags.fresh,
      watch: !flags['no-watch'],
      ports: portsOf(flags, process.env),
      environment: process.env,
      say,
      onStopRequest: () => void stop(0),
      signal: aborting.signal,
    });
  } catch (error) {
    removeStackFile(homeFolder);
    if (aborting.signal.aborted) process.exit(130);
    throw error;
  }
  const title = `Ready in ${process.uptime().toFixed(1)} s, from the synthesized template`;
  print(flags.json ? `${JSON.stringify(launched.ready)}\n` : readyBlock(title, launched.ready, '^C to quit'));
};

const main = async () => {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) return print(usage);
  const running = await runningStack(homeFolder);
  if (running) return showRunning(running, flags.json);
  if (flags.status) {
    process.exitCode = 1;
    return print(flags.json ? '{}\n' : 'No local stack is running. To start it: npm start\n');
  }
  const holder = claim(homeFolder);
  return holder.claimed ? start(flags) : showRunning(await othersStack(holder.pid), flags.json);
};

try {
  await main();
} catch (error) {
  say(explain(error, process.argv.includes('--debug'), logFile));
  process.exit(1);
}
