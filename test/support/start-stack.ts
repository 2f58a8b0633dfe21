import { openMailbox } from '../../lib/local/mail/mailbox.ts';
import { type RunningStack, type RunOptions, runTemplate } from '../../lib/local/run.ts';
import { type Simulator, startSimulator } from '../../lib/local/twilio/simulator.ts';

type Line = Parameters<NonNullable<RunOptions['log']>>[0];

export interface TestStack {
  stack: RunningStack;
  simulator: Simulator;
  addresses: {
    apiUrl: string;
    webhookUrl: string;
    gatewayUrl: string;
    controlUrl: string;
    /** The simulated provider: its Messages API, its handsets and the mailbox. */
    simulatorUrl: string;
  };
  close(): Promise<void>;
}

/** A stack of its own for a test that breaks things, and what it logged. */
export const startFaultyStack = async (assembly: string) => {
  const lines: string[] = [];
  const stack = await startStack(assembly, {
    log: ({ source, message }) => {
      lines.push(`${source}: ${message}`);
      if (process.env.STACK_LOG) process.stderr.write(`${source}: ${message}\n`);
    },
  });
  /** How many workers were cut off so far. */
  const kills = () => lines.filter((line) => line.includes('signal: killed')).length;
  return { ...stack, lines, kills };
};

/** The synthesized template in memory, on free ports, with a simulated provider beside it. */
export const startStack = async (
  assembly: string,
  { log, ...options }: Partial<RunOptions> & { log: (line: Line) => void },
): Promise<TestStack> => {
  // Its own STOP handling is off: our suppression alone must hold.
  const mailbox = openMailbox(null);
  const simulator = await startSimulator({ port: 0, dataFile: null, blockStops: false, mailbox, log: () => undefined });
  const stack = await runTemplate({
    assembly,
    dataFolder: null,
    parameters: { ProviderBaseUrl: simulator.url, TrustedIssuerHosts: '127.0.0.1' },
    mailbox,
    visibilityCapSeconds: 5,
    log,
    ...options,
  }).catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const webhookUrl = stack.outputs.WebhookUrl ?? '';
  // As README has it entered at the provider, which otherwise repeats nothing but connections that failed.
  simulator.setInboundUrl(`${webhookUrl}twilio/inbound#rc=5&rp=all`);
  const { apiUrl, gatewayUrl, controlUrl } = stack;
  return {
    stack,
    simulator,
    addresses: { apiUrl, webhookUrl, gatewayUrl, controlUrl, simulatorUrl: simulator.url },
    close: async () => {
      await stack.close();
      await simulator.close();
      mailbox.close();
    },
  };
};
