/**
 * What the parts of the local runtime know of each other. The runtime knows CloudFormation and the AWS wire
 * protocols; it knows nothing of the product whose template it runs.
 */

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** What a function answered, or how it failed: thrown, timed out, killed, out of memory. */
export type InvokeOutcome =
  | { ok: true; payload: unknown }
  | { ok: false; errorType: string; errorMessage: string; stackTrace?: string[] };

/** Who invokes a function: a role (event source mappings use the function's own) or an AWS service principal. */
export type Invoker = { kind: 'role'; roleArn: string } | { kind: 'service'; principal: string; sourceArn: string };

/** One resource of the synthesized template, its properties already resolved. */
export interface Resource {
  logicalId: string;
  type: string;
  stack: string;
  properties: Record<string, unknown>;
}

/** What `Ref` and `Fn::GetAtt` answer for a resource. */
export interface Identity {
  ref: string;
  attributes: Record<string, string>;
  /** Addresses that templates put together by hand, and what stands for each on this machine. */
  addresses?: Record<string, string>;
}

export interface Runtime {
  /** The account id that stands in every local ARN. */
  readonly account: string;
  readonly region: string;
  /** Folder that keeps the table and the objects between runs. */
  readonly dataFolder: string;
  /** Address of the gateway: the endpoint of every AWS service, `http://127.0.0.1:PORT`. */
  readonly gatewayUrl: string;
  /** Aborted when the runtime stops; whatever polls or waits ends on it. */
  readonly stopping: AbortSignal;
  /** The access key under which the gateway recognises a role of the template. */
  credentialsOf(roleArn: string): Credentials;
  /** Invokes a function of the template and waits for its answer. Refused when `invoker` may not invoke it. */
  invoke(functionArn: string, event: unknown, invoker: Invoker): Promise<InvokeOutcome>;
  /** Runs `stop` when the runtime stops, the last registered first. */
  onStop(stop: () => Promise<void> | void): void;
  log(line: { level: 'info' | 'warn' | 'error'; source: string; message: string; [field: string]: unknown }): void;
}

/** One CloudFormation resource type, as the runtime runs it. A type without a kind stops the start with its name. */
export interface ResourceKind {
  type: string;
  /** Every property that is implemented, or rightly without effect locally; any other stops the start with its name. */
  properties: readonly string[];
  /** Which default port it listens on; the port is bound before anything is identified. */
  listens?: 'api' | 'webhook';
  /** Name and ARNs, from the logical id and the ports alone: called before any property is resolved (`raw` is as written). */
  identify(resource: { logicalId: string; stack: string; raw?: Record<string, unknown> }, runtime: Runtime): Identity;
  /** Starts it, after everything that it refers to. */
  start?(resource: Resource, runtime: Runtime): Promise<void> | void;
}
