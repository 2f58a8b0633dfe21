import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Where a running stack keeps its addresses, for whoever wants to call it. */
export const StackAddresses = z.object({
  apiUrl: z.string(),
  webhookUrl: z.string(),
  handsetsUrl: z.string(),
  mailboxUrl: z.string(),
  gatewayUrl: z.string(),
  controlUrl: z.string(),
  pid: z.number(),
});
export type StackAddresses = z.infer<typeof StackAddresses>;

const stackFile = (folder: string) => join(folder, 'stack.json');
const lockFile = (folder: string) => join(folder, 'lock');

export function writeStackFile(folder: string, addresses: StackAddresses): void {
  mkdirSync(dirname(stackFile(folder)), { recursive: true });
  writeFileSync(stackFile(folder), `${JSON.stringify(addresses, null, 2)}\n`);
}

export function removeStackFile(folder: string): void {
  rmSync(stackFile(folder), { force: true });
  rmSync(lockFile(folder), { force: true });
}

/** The stack that runs on `folder`, if its process lives and its control endpoint answers. */
export async function runningStack(folder: string): Promise<StackAddresses | undefined> {
  const addresses = read(stackFile(folder), StackAddresses);
  if (!addresses || !isAlive(addresses.pid)) return undefined;
  const answers = await fetch(`${addresses.controlUrl}/status`).then(
    (response) => response.ok,
    () => false,
  );
  return answers ? addresses : undefined;
}

/** Claims the folder for this process, so that two starts at once don't share one table. Returns who has it, else. */
export function claim(folder: string): { claimed: true } | { claimed: false; pid: number } {
  mkdirSync(folder, { recursive: true });
  const mine = JSON.stringify({ pid: process.pid });
  for (;;) {
    try {
      writeFileSync(lockFile(folder), mine, { flag: 'wx' });
      return { claimed: true };
    } catch {
      const holder = read(lockFile(folder), z.object({ pid: z.number() }));
      if (holder && holder.pid !== process.pid && isAlive(holder.pid)) return { claimed: false, pid: holder.pid };
      // What a killed process left behind.
      rmSync(lockFile(folder), { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function read<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
