import { watch } from 'node:fs';
import { relative } from 'node:path';
import { type Assembly, loadAssembly } from './assembly.ts';
import type { RunningStack } from './run.ts';

/** Editors write a file in several steps. */
const settleMs = 200;

export interface ReloadOptions {
  stack: RunningStack;
  /** The folder that `rebuild` synthesizes into. */
  assembly: string;
  /** Folders whose files make the code; a change in any of them rebuilds. */
  folders: string[];
  rebuild: () => Promise<void>;
  /** Tells the person what became of their edit. */
  say: (text: string) => void;
}

/**
 * Rebuilds after an edit and gives fresh workers to the functions whose code changed; code that does not build leaves
 * the old one running. Ends with the stack.
 */
export function reloadOnEdit(options: ReloadOptions): void {
  const { stack, folders, say } = options;
  let current = loadAssembly(options.assembly);
  let timer: NodeJS.Timeout | undefined;
  let working = false;
  let again = false;

  const reload = async (edited: string) => {
    if (working) {
      again = true;
      return;
    }
    working = true;
    try {
      await options.rebuild();
      const before = await current;
      const after = await loadAssembly(options.assembly);
      current = Promise.resolve(after);
      say(`↻ ${edited}: ${applyChanges(stack.runtime.functions, before, after)}\n`);
    } catch (error) {
      say(`✘ ${edited}: the code before it keeps running. ${describe(error)}\n`);
    } finally {
      working = false;
      if (again) {
        again = false;
        void reload(edited);
      }
    }
  };

  const watchers = folders.map((folder) =>
    watch(folder, { recursive: true }, (_, file) => {
      if (file === null || !/\.(ts|mjs|js|json|html|css)$/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void reload(relative(process.cwd(), `${folder}/${file}`)), settleMs);
    }),
  );
  stack.runtime.onStop(() => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  });
}

/** What a reload needs of the functions that run. */
interface CodeOwner {
  find: (name: string) => { arn: string; name: string };
  replaceCode: (functionArn: string, codeFolder: string) => void;
}

/** Swaps the code of functions that have another asset now; says what else is different. */
export function applyChanges(functions: CodeOwner, before: Assembly, after: Assembly): string {
  const codeBefore = codeKeys(before);
  const swapped: string[] = [];
  for (const [origin, key] of codeKeys(after)) {
    const folder = after.assets.get(key);
    if (folder === undefined || codeBefore.get(origin) === key || !codeBefore.has(origin)) continue;
    const { arn, name } = functions.find(origin);
    functions.replaceCode(arn, folder);
    swapped.push(name);
  }
  const parts = swapped.length > 0 ? [`new code for ${swapped.join(', ')}`] : [];
  if (withoutCode(before) !== withoutCode(after)) parts.push('the template changed elsewhere: restart to apply');
  return parts.length > 0 ? parts.join('; ') : 'no function changed';
}

/** Object key of the code of every function, by `Stack/LogicalId`. */
function codeKeys({ stacks }: Assembly): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { name, template } of stacks)
    for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
      const key = Type === 'AWS::Lambda::Function' ? keyOf(Properties['Code']) : undefined;
      if (key !== undefined) keys.set(`${name}/${logicalId}`, key);
    }
  return keys;
}

function keyOf(code: unknown): string | undefined {
  if (typeof code !== 'object' || code === null || !('S3Key' in code)) return undefined;
  return typeof code.S3Key === 'string' ? code.S3Key : undefined;
}

/** Everything that the runtime would have to start anew for. */
function withoutCode({ stacks }: Assembly): string {
  return JSON.stringify(
    stacks.map(({ name, template: { Parameters, Mappings, Conditions, Resources, Outputs } }) => [
      name,
      [Parameters, Mappings, Conditions, Outputs],
      Object.entries(Resources).map(([logicalId, { Type, Properties }]) => {
        const { Code, ...rest } = Properties;
        return [logicalId, Type, Type === 'AWS::Lambda::Function' ? rest : { ...rest, Code }];
      }),
    ]),
  );
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'why' in error ? `${error.message}: ${String(error.why)}` : error.message;
}
