import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadAssembly } from '../local/assembly.ts';
import { openMailbox } from '../local/mail/mailbox.ts';
import { reloadOnEdit } from '../local/reload.ts';
import { type RunningStack, runTemplate } from '../local/run.ts';
import { startSimulator } from '../local/twilio/simulator.ts';
import { demoSignIn } from './demo-sign-in.ts';
import { logTo } from './log-file.ts';
import { choosePort, type PortWish } from './ports.ts';
import type { Ready } from './ready-block.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';
import { synthesize } from './synthesize.ts';

const root = join(import.meta.dirname, '../..');
/** What is the stack's on this machine: addresses, data, log. HELIOGRAPH_HOME lets a second stack live beside. */
export const homeFolder = process.env['HELIOGRAPH_HOME'] ?? join(root, '.heliograph');
export const logFile = relative(root, join(homeFolder, 'local.log'));
export const dataFolder = relative(root, join(homeFolder, 'data'));

export interface LaunchOptions {
  fresh: boolean;
  watch: boolean;
  ports: { api: PortWish; webhook: PortWish; gateway: PortWish; handsets: PortWish };
  /** Where AWS_ENDPOINT_URL_DYNAMODB names an engine of the person's own. */
  environment: NodeJS.ProcessEnv;
  /** Shows a line to the person, as it happens. */
  say: (text: string) => void;
  /** What `POST /stop` of the control endpoint does. */
  onStopRequest: () => void;
  /** Aborts the start. */
  signal: AbortSignal;
}

export interface Launched {
  ready: Ready;
  close(): Promise<void>;
}

/** Synthesizes, starts the simulated provider and the template, and announces them in stack.json. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { say, fresh } = options;
  const { log, close: closeLog } = logTo(join(homeFolder, 'local.log'), say);
  const closers: (() => Promise<void> | void)[] = [closeLog];
  const close = async () => {
    removeStackFile(homeFolder);
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    const [api, webhook, gateway, handsets] = await ports(options);
    const assembly = join(homeFolder, 'cdk.out');
    await synthesize(assembly, { signal: options.signal });
    if (fresh) rmSync(join(homeFolder, 'provider'), { recursive: true, force: true });
    const dataFile = join(homeFolder, 'provider', 'provider.db');
    const mailbox = openMailbox(join(homeFolder, 'provider', 'mail.db'));
    closers.push(() => mailbox.close());
    const simulator = await startSimulator({ port: handsets, dataFile, mailbox, log });
    closers.push(() => simulator.close());
    const stack = await runTemplate({
      assembly,
      dataFolder: join(homeFolder, 'data'),
      fresh,
      ports: { api, webhook, gateway },
      parameters: await parametersFor(assembly, { ProviderBaseUrl: simulator.url, TrustedIssuerHosts: '127.0.0.1' }),
      mailbox,
      engineOverrides: engineOverrides(options),
      log,
      onStopRequest: options.onStopRequest,
    });
    closers.push(() => stack.close());
    options.signal.throwIfAborted();

    const webhookUrl = stack.outputs['WebhookUrl'] ?? '';
    simulator.setInboundUrl(webhookUrl === '' ? null : `${webhookUrl}twilio/inbound#rc=5&rp=all`);
    const addresses = {
      apiUrl: stack.apiUrl,
      webhookUrl,
      handsetsUrl: simulator.handsetsUrl,
      mailboxUrl: simulator.mailboxUrl,
      gatewayUrl: stack.gatewayUrl,
      controlUrl: stack.controlUrl,
      pid: process.pid,
    };
    const signIn = await demoSignIn(stack.apiUrl, homeFolder);
    writeStackFile(homeFolder, addresses);
    if (options.watch) reloadOnEdit({ ...reloading(assembly), stack, assembly, say });
    return { ready: { ...addresses, signIn, docsUrl: docsUrl(stack), logFile, dataFolder }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ports({ ports: wishes, say }: LaunchOptions): Promise<[number, number, number, number]> {
  const chosen = async (wish: PortWish) => {
    const { port, notice } = await choosePort(wish);
    if (notice) say(`! ${notice}\n`);
    return port;
  };
  return [
    await chosen(wishes.api),
    await chosen(wishes.webhook),
    await chosen(wishes.gateway),
    await chosen(wishes.handsets),
  ];
}

function engineOverrides({ environment, say }: LaunchOptions) {
  const ignored = Object.keys(environment).filter((name) => /^AWS_ENDPOINT_URL(?!_DYNAMODB$)/.test(name));
  if (ignored.length > 0) say(`! ${ignored.join(', ')}: only AWS_ENDPOINT_URL_DYNAMODB has an effect here\n`);
  const dynamodb = environment['AWS_ENDPOINT_URL_DYNAMODB'];
  return dynamodb === undefined ? {} : { dynamodb };
}

/** Those of `values` that some stack has as a parameter. */
async function parametersFor(assembly: string, values: Record<string, string>): Promise<Record<string, string>> {
  const { stacks } = await loadAssembly(assembly);
  const known = new Set(stacks.flatMap(({ template }) => Object.keys(template.Parameters)));
  return Object.fromEntries(Object.entries(values).filter(([name]) => known.has(name)));
}

function docsUrl({ apiUrl, runtime }: RunningStack): string | undefined {
  const matches = [...runtime.httpApis.values()].map(({ routes }) => routes.match('GET', '/docs')?.route.routeKey);
  return matches.includes('GET /docs') ? `${apiUrl}/docs` : undefined;
}

const reloading = (assembly: string) => ({
  folders: ['functions', 'shared', 'lib/stacks', 'lib/constructs'].map((folder) => join(root, folder)),
  rebuild: () => synthesize(assembly, { inUse: true }),
});
