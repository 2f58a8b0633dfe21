import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whatever a template can come from. */
const sources = ['bin/app.ts', 'functions/**/*', 'shared/**/*', 'lib/*', 'lib/{constructs,stacks}/**/*'];
const settings = ['cdk.json', 'package-lock.json'];

const stampFile = (assembly: string) => join(assembly, 'sources.sha256');

/** What the sources under `root` are like now: a digest of their names, sizes and times. */
export function stampOf(root: string): string {
  const hash = createHash('sha256');
  for (const file of globSync([...sources, ...settings], { cwd: root }).toSorted()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Whether `assembly` was synthesized from sources of this stamp. */
export function isCurrent(assembly: string, stamp: string): boolean {
  return existsSync(stampFile(assembly)) && readFileSync(stampFile(assembly), 'utf8') === stamp;
}

export function removeStamp(assembly: string): void {
  rmSync(stampFile(assembly), { force: true });
}

export function writeStamp(assembly: string, stamp: string): void {
  writeFileSync(stampFile(assembly), stamp);
}
