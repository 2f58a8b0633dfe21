import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.ts';
import { isCurrent, removeStamp, stampOf, writeStamp } from './synthesis-stamp.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Bundles the functions and synthesizes the stacks into `assembly`, in a process of its own; not again when no source
 * changed since. Throws a LaunchError with what the synthesis said.
 */
export async function synthesize(
  assembly: string,
  { signal, inUse = false }: { signal?: AbortSignal; inUse?: boolean },
): Promise<void> {
  const stamp = stampOf(root);
  if (isCurrent(assembly, stamp)) return;
  // CDK never removes an old asset; but a running stack may still start workers from one.
  if (!inUse) rmSync(assembly, { recursive: true, force: true });
  removeStamp(assembly);
  const child = spawn(process.execPath, [join(root, 'bin/app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: assembly },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return writeStamp(assembly, stamp);
  throw new LaunchError('The stacks could not be synthesized', output.trim().slice(0, 4000), [
    'Mend what is named above, then start again; npm run synth does this step alone.',
  ]);
}
