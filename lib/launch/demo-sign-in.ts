import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const SignIn = z.object({ username: z.string(), password: z.string() });
export type SignIn = z.infer<typeof SignIn>;

/**
 * A sign-in for the demo organization: the one of the last start, or a new one, registered as any client would.
 * Undefined when the API knows no registration, or the organization belongs to somebody else.
 */
export async function demoSignIn(apiUrl: string, folder: string): Promise<SignIn | undefined> {
  const file = join(folder, 'demo.json');
  const known = readSignIn(file) ?? { username: 'demo', password: randomBytes(12).toString('base64url') };
  if ((await post(`${apiUrl}/auth/login`, known)) === 200) return known;
  const registered = await post(`${apiUrl}/auth/register`, {
    ...known,
    organization_name: 'Demo',
    email: 'demo@example.com',
    full_name: 'Demo Admin',
  });
  if (registered !== 201) return undefined;
  // Readable by its owner only: it opens nothing but this machine, and still is a password.
  writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
  return known;
}

export function readSignIn(file: string): SignIn | undefined {
  try {
    return SignIn.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function post(url: string, body: unknown): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status;
}
