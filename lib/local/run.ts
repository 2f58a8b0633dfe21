import { availableParallelism, tmpdir } from 'node:os';
import { loadAssembly } from './assembly.ts';
import { startControl } from './control.ts';
import { type Listener, listen } from './http/listeners.ts';
import { authorizedInvoke } from './lambda/authorized-invoke.ts';
import { createFunctions } from './lambda/functions.ts';
import type { LocalRuntime } from './local-runtime.ts';
import type { Mailbox } from './mail/mailbox.ts';
import { type KnownResource, knownResources, startResources } from './resource-starter.ts';
import type { InvokeOutcome, Runtime } from './runtime.ts';
import { createStops } from './stops.ts';
import { planTemplate } from './template.ts';
import { type EngineOverrides, startEngines } from './wire/engines.ts';
import { startGateway } from './wire/gateway.ts';
import { createPrincipals } from './wire/principals.ts';

const account = '000000000000';
const region = 'us-east-1';

export interface RunOptions {
  /** The folder that CDK synthesized into. */
  assembly: string;
  /** Folder that keeps table and objects between runs; null keeps everything in memory. */
  dataFolder: string | null;
  /** Empties the data folder first. */
  fresh?: boolean;
  /** 0, the default, takes a free port. */
  ports?: { api?: number; webhook?: number; gateway?: number };
  /** Values of the template's parameters, by `Name` or `Stack.Name`. */
  parameters?: Record<string, string>;
  log?: Runtime['log'];
  workers?: { maxPerFunction?: number };
  /** Where e-mail lands; a mailbox of its own in memory when absent. */
  mailbox?: Mailbox;
  engineOverrides?: EngineOverrides;
  /** Longest that a received message stays hidden, so that tests need not wait for minutes. */
  visibilityCapSeconds?: number;
  /** Whether the clock fires schedules (the default); tests switch it off and fire them themselves. */
  automaticSchedules?: boolean;
  /** What `POST /stop` of the control endpoint does; closes the stack when absent. */
  onStopRequest?: () => void;
}

export interface RunningStack {
  /** Address of the HTTP API with its stage `v1`, if it has one; without a slash at its end. */
  apiUrl: string;
  gatewayUrl: string;
  controlUrl: string;
  outputs: Record<string, string>;
  runtime: LocalRuntime;
  /** Invokes a function as the administrator of this machine; by name, ARN or file (`campaigns/send-batch.task`). */
  invoke(functionName: string, event: unknown): Promise<InvokeOutcome>;
  /** Ends the busy workers of a function at once; returns how many. */
  kill(functionName: string): number;
  /** Stops everything; no process and no port stays behind. */
  close(): Promise<void>;
}

/** Runs a synthesized template on 127.0.0.1. A start that fails leaves nothing behind. */
export async function runTemplate(options: RunOptions): Promise<RunningStack> {
  const { log = () => undefined, ports = {}, dataFolder } = options;
  const stops = createStops(log);
  try {
    const assembly = await loadAssembly(options.assembly);
    const plan = planTemplate(assembly, { account, region, parameters: options.parameters ?? {} });
    const known = knownResources(plan);

    const listeners = await bind(known, ports);
    for (const listener of listeners.values()) stops.add(() => listener.close());
    const principals = createPrincipals({ account });
    const engines = await startEngines({
      dataFolder,
      fresh: options.fresh ?? false,
      region,
      account,
      principals,
      log,
      ...(options.mailbox && { mailbox: options.mailbox }),
      overrides: options.engineOverrides ?? {},
      ...(options.visibilityCapSeconds !== undefined && { visibilityCapSeconds: options.visibilityCapSeconds }),
    });
    stops.add(() => engines.close());
    const { dynamodb, s3, sqs, kms, ses } = engines;
    const services: LocalRuntime['services'] = { dynamodb, s3, sqs, kms, ses };
    const gateway = await startGateway({
      port: ports.gateway ?? 0,
      region,
      account,
      principals,
      engines: services,
      log,
    });
    stops.add(() => gateway.close());
    const maxPerFunction = options.workers?.maxPerFunction ?? 4;
    const functions = createFunctions({ maxPerFunction, maxShared: Math.max(8, 4 * availableParallelism()), log });
    stops.add(() => functions.close());

    const runtime: LocalRuntime = {
      account,
      region,
      dataFolder: dataFolder ?? tmpdir(),
      gatewayUrl: gateway.url,
      stopping: stops.signal,
      credentialsOf: (roleArn) => principals.credentialsOf(roleArn),
      invoke: authorizedInvoke({ functions, principals, denials: gateway.denials, account, log }),
      onStop: (stop) => stops.add(stop),
      log,
      principals,
      engines,
      services,
      gateway,
      functions,
      httpApis: new Map(),
      listeners,
      schedules: new Map(),
      automaticSchedules: options.automaticSchedules ?? true,
      assetFolder: (objectKey) => assembly.assets.get(objectKey),
      trust: new Map(),
    };
    await startResources(known, plan, runtime);
    // Stopped before all the rest, so that nobody asks what is being taken down.
    stops.add(async () => {
      for (const listener of listeners.values()) await listener.close();
    });
    const outputs = plan.outputs();
    const apiUrl = addressOfApi(known, runtime);
    const status = () => ({
      apiUrl,
      gatewayUrl: gateway.url,
      outputs,
      functions: functions.usage(),
      queues: engines.sqs.depths(),
    });
    const stop = options.onStopRequest ?? (() => void stops.run());
    const control = await startControl({ runtime, status, stop });
    return {
      apiUrl,
      gatewayUrl: gateway.url,
      controlUrl: control.url,
      outputs,
      runtime,
      invoke: (name, event) => functions.invoke(functions.find(name).arn, event),
      kill: (name) => functions.kill(name),
      close: () => stops.run(),
    };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

/** Of each sort, the first resource gets the port that was asked for, a further one the port ten on, if it is free. */
async function bind(known: KnownResource[], ports: NonNullable<RunOptions['ports']>): Promise<Map<string, Listener>> {
  const wanted = { api: ports.api ?? 0, webhook: ports.webhook ?? 0 };
  const listeners = new Map<string, Listener>();
  try {
    for (const { kind, resource } of known) {
      if (!kind.listens) continue;
      const port = wanted[kind.listens];
      const first = port === (ports[kind.listens] ?? 0);
      // Kept from one start to the next, so that a status of yesterday's message still finds its address.
      const listener = await listen(port).catch((error: unknown) => {
        if (first) throw error;
        return listen(0);
      });
      listeners.set(`${resource.stack}.${resource.logicalId}`, listener);
      if (port !== 0) wanted[kind.listens] = port + 10;
    }
  } catch (error) {
    for (const listener of listeners.values()) await listener.close();
    throw error;
  }
  return listeners;
}

function addressOfApi(known: KnownResource[], { httpApis, listeners }: LocalRuntime): string {
  const api = known.find(({ kind }) => kind.listens === 'api')?.resource;
  const url = api && listeners.get(`${api.stack}.${api.logicalId}`)?.url;
  const [first] = httpApis.values();
  return `${url ?? ''}${first?.stages.has('v1') ? '/v1' : ''}`;
}
