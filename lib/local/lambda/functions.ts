import type { InvokeOutcome, Runtime } from '../runtime.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { createSemaphore } from './semaphore.ts';
import type { FunctionUsage } from './usage.ts';

export interface Functions {
  register(definition: FunctionDefinition, environment: Record<string, string>): void;
  definition(functionArn: string): FunctionDefinition | undefined;
  /** The function that a name, an ARN or a file (`campaigns/send-batch.task`) means. Throws when it means none. */
  find(name: string): FunctionDefinition;
  /** Invokes past authorization; `runtime.invoke` is what asks first. */
  invoke(functionArn: string, event: unknown): Promise<InvokeOutcome>;
  /** Ends the busy workers of the function that `name` means; returns how many. Throws when it means none. */
  kill(name: string): number;
  replaceCode(functionArn: string, codeFolder: string): void;
  usage(): FunctionUsage[];
  close(): void;
}

export interface FunctionsOptions {
  /** Most workers of one function. */
  maxPerFunction: number;
  /** Most workers that are busy at once for functions without reserved concurrency. */
  maxShared: number;
  log: Runtime['log'];
}

/** All functions of the template, each with workers of its own. */
export function createFunctions({ maxPerFunction, maxShared, log }: FunctionsOptions): Functions {
  const pools = new Map<string, FunctionPool>();
  const shared = createSemaphore(maxShared);
  const find = (name: string) => {
    const definitions = [...pools.values()].map(({ definition }) => definition);
    const meant = definitions.find((definition) => isMeant(definition, name));
    if (meant) return meant;
    throw new Error(`There is no function ${name}; there are ${definitions.map((known) => known.name).join(', ')}`);
  };
  return {
    register(definition, environment) {
      const pool = createFunctionPool({ definition, environment, maxWorkers: maxPerFunction, shared, log });
      pools.set(definition.arn, pool);
    },
    definition: (functionArn) => pools.get(functionArn)?.definition,
    async invoke(functionArn, event) {
      const pool = pools.get(functionArn);
      if (pool) return pool.invoke(event);
      return { ok: false, errorType: 'ResourceNotFoundException', errorMessage: `Function not found: ${functionArn}` };
    },
    find,
    kill: (name) => pools.get(find(name).arn)?.kill() ?? 0,
    replaceCode: (functionArn, codeFolder) => pools.get(functionArn)?.replaceCode(codeFolder),
    usage: () => [...pools.values()].map(({ usage }) => ({ ...usage })),
    close() {
      for (const pool of pools.values()) pool.close();
    },
  };
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** `campaigns/send-batch.task`, as a developer calls it, means the function that CDK named CampaignsSendBatchTask1A2B3C4D. */
function isMeant({ name, arn, origin }: FunctionDefinition, wanted: string): boolean {
  if (wanted === name || wanted === arn || wanted === origin) return true;
  const logicalId = origin.slice(origin.indexOf('/') + 1).replace(/[0-9A-F]{8}$/, '');
  return plain(wanted) === plain(name) || plain(logicalId) === plain(wanted);
}
