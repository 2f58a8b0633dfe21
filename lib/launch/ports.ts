import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { LaunchError } from './launch-error.ts';

export interface PortWish {
  /** What listens there, for messages: `the API`. */
  purpose: string;
  /** Used when nothing was asked for; its neighbours stand in when it is taken. */
  usual: number;
  /** What the person asked for, and by which setting. */
  requested?: { port: number; setting: string };
}

export interface PortChoice {
  port: number;
  /** Said aloud when it is not the usual one. */
  notice?: string;
}

const neighbours = 10;
/** The usual ports lie side by side, so neighbours are ten apart. */
const step = 10;

/**
 * The port for one listener: the requested one or an error that names its owner; else the usual one, or the first
 * free of its ten neighbours, so that addresses stay the same from day to day.
 */
export async function choosePort({ purpose, usual, requested }: PortWish): Promise<PortChoice> {
  if (requested) {
    if (requested.port === 0 || (await isFree(requested.port))) return { port: requested.port };
    const owner = ownerOf(requested.port);
    throw new LaunchError(
      `Port ${requested.port}, which ${requested.setting} asks for, is taken`,
      owner ? `${owner.command} (process ${owner.pid}) listens there.` : 'Another process listens there.',
      [
        owner ? `Stop that process: kill ${owner.pid}` : `Find and stop that process: lsof -i :${requested.port}`,
        `Or ask for another port: npm start -- ${requested.setting.startsWith('--') ? requested.setting : '--port'} ${requested.port + step}`,
      ],
    );
  }
  for (let port = usual; port <= usual + neighbours * step; port += step) {
    if (!(await isFree(port))) continue;
    if (port === usual) return { port };
    const owner = ownerOf(usual);
    return {
      port,
      notice: `Port ${usual} is taken${owner ? ` by ${owner.command} (process ${owner.pid})` : ''}: ${purpose} listens on ${port}`,
    };
  }
  throw new LaunchError(`There is no port for ${purpose}`, `${usual} and ten more after it are taken.`, [
    'Stop what listens there, or ask for a port: npm start -- --port 0 takes any free one',
  ]);
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

/** Who listens on a port, from /proc; undefined where that can't be read (another system, another user's process). */
export function ownerOf(port: number): { pid: number; command: string } | undefined {
  try {
    const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listeningInodes(file, port)));
    if (inodes.size === 0) return undefined;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (holdsSocket(pid, inodes)) {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean).join(' ');
        return { pid: Number(pid), command: command.slice(0, 80) };
      }
    }
  } catch {
    return undefined;
  }
  return undefined;
}

function listeningInodes(file: string, port: number): string[] {
  const listening = '0A';
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === listening)
    .map((fields) => fields[9] ?? '');
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inodes.has(inode);
    });
  } catch {
    return false;
  }
}
