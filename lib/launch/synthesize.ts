import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { LaunchError } from './launch-error.ts';

const root = join(import.meta.dirname, '../..');

/** Bundles the functions and synthesizes the stacks into `assembly`, in a process of its own. */
export async function synthesize(assembly: string, signal?: AbortSignal): Promise<void> {
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
  if (code === 0) return;
  throw new LaunchError('The stacks could not be synthesized', output.trim().slice(0, 4000), [
    'Mend what is named above, then start again; npm run synth does this step alone.',
  ]);
}
