import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const startTries = 150;
const tryMs = 100;
/** Where packages put what they leave off the PATH. */
const packaged = ['/usr/lib/postgresql/*/bin', '/usr/pgsql-*/bin', '/opt/homebrew/opt/postgresql@*/bin'];

export interface Postgres {
  /** How to connect to one of its databases. */
  at(database: string): pg.ClientConfig;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's programs on this machine: the PATH's, else the newest that a package left elsewhere. */
export const findPostgres = (): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), ...globSync(packaged).toSorted().toReversed()].find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );

/** A server that runs already, at `postgres://…`. */
export const postgresAt = (url: string): Postgres => ({
  at: (database) => {
    const address = new URL(url);
    if (database !== '') address.pathname = `/${database}`;
    return { connectionString: address.href };
  },
  stop: async () => {},
});

/**
 * A server of our own in a temporary folder, reachable by a socket in there only. As it comes, but for two things in
 * its favour: it compares letters without a language, and it doesn't wait for the disk while it is filled.
 */
export const startPostgres = async (programs: string): Promise<Postgres> => {
  const folder = mkdtempSync(join(tmpdir(), 'heliograph-peer-'));
  const as = unprivileged();
  if (as) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder };
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '--username=bench', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'],
    { ...options, stdio: 'pipe' },
  );
  const settings = ['-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  // Detached: a terminal's Ctrl-C ends us first, and we it.
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: 'ignore',
    detached: true,
  });
  const exited = once(server, 'exit');
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);
  const stop = async () => {
    if (server.exitCode === null) server.kill('SIGINT');
    await exited;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  const at = (database: string) => ({ host: folder, user: 'bench', database: database || 'postgres' });
  for (let tries = 0; tries < startTries; tries += 1) {
    if (server.exitCode !== null) break;
    if (await answers(at(''))) return { at, stop };
    await sleep(tryMs);
  }
  await stop();
  throw new Error(`${join(programs, 'postgres')} did not start`);
};

const answers = async (config: pg.ClientConfig) => {
  const client = new pg.Client(config);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

/** PostgreSQL refuses to run as root: then it runs as its package's user, or as nobody. */
const unprivileged = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const idOf = (kind: string) => Number(execFileSync('id', [kind, user], { stdio: 'pipe' }));
    try {
      return { uid: idOf('-u'), gid: idOf('-g') };
    } catch {
      // No such user.
    }
  }
  throw new Error('PostgreSQL does not run as root: call this as another user');
};
