import type { HttpApis } from './http/http-apis.ts';
import type { Listeners } from './http/listeners.ts';
import type { Functions } from './lambda/functions.ts';
import type { Runtime } from './runtime.ts';
import type { Engine, ServiceName } from './wire/engine.ts';
import type { Engines } from './wire/engines.ts';
import type { Gateway } from './wire/gateway.ts';
import type { PrincipalRegistry } from './wire/principals.ts';

/** A rule that the clock or a person fires. */
export interface LocalSchedule {
  name: string;
  /** `rate(1 minute)` or `cron(…)`, as the template has it. */
  expression: string;
  /** Fires it now, past the clock; resolves when its targets have answered. */
  fire(): Promise<void>;
}

/** The runtime as the resource kinds see it: all that they may start, feed or ask. */
export interface LocalRuntime extends Runtime {
  readonly principals: PrincipalRegistry;
  readonly engines: Engines;
  /** What the gateway forwards to, by service; completed while the runtime starts. */
  readonly services: Partial<Record<ServiceName, Engine>>;
  readonly gateway: Gateway;
  readonly functions: Functions;
  readonly httpApis: HttpApis;
  readonly listeners: Listeners;
  /** Schedules by physical name. */
  readonly schedules: Map<string, LocalSchedule>;
  /** Whether the clock fires the schedules; tests switch it off and fire them by themselves. */
  readonly automaticSchedules: boolean;
  /** Folder of a function's code, by the object key under which the template names it. */
  assetFolder(objectKey: string): string | undefined;
  /** Which service principals may assume each role, by role ARN; `*` trusts everybody. */
  readonly trust: Map<string, ReadonlySet<string>>;
}
