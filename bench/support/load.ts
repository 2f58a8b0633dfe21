import autocannon from 'autocannon';
import { figure } from './bench.ts';

/** What a load found: requests a second, and milliseconds that half and 99 of 100 requests took at most. */
export interface Load {
  rps: number;
  p50: number;
  p99: number;
}

export interface HttpLoad {
  url: string;
  /** Of a server that asks for none, there is none. */
  token?: string;
  connections: number;
  seconds: number;
  /** The body of each request in turn, which is then a POST. */
  nextBody?: () => unknown;
  /** Paths below the URL's host that are asked in turn, instead of its own. */
  paths?: readonly string[];
}

/** Asks over HTTP as fast as answers come. @throws when any request is refused: a refusal is no measure */
export const httpLoad = async ({ url, token, connections, seconds, nextBody, paths }: HttpLoad): Promise<Load> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const post: autocannon.Request | undefined = nextBody && {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    setupRequest: (request) => ({ ...request, body: JSON.stringify(nextBody()) }),
  };
  const { requests, latency, errors, non2xx } = await autocannon({
    url,
    connections,
    duration: seconds,
    headers,
    ...(post && { requests: [post] }),
    ...(paths && { requests: paths.map((path) => ({ method: 'GET', path, headers })) }),
  });
  if (errors + non2xx > 0) throw new Error(`${errors + non2xx} of ${requests.total} requests to ${url} failed`);
  return { rps: requests.average, p50: latency.p50, p99: latency.p99 };
};

/** Does `work` again and again in this process, `connections` at a time. */
export const loopLoad = async (work: () => Promise<unknown>, connections: number, seconds: number): Promise<Load> => {
  const milliseconds: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  const loop = async () => {
    for (let now = performance.now(); now < end; ) {
      await work();
      const then = performance.now();
      milliseconds.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  const rps = milliseconds.length / ((performance.now() - began) / 1000);
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { rps, p50: at(0.5), p99: at(0.99) };
};

/** `1,234 requests/s, p50 2.1 ms, p99 7 ms`. */
export const inWords = ({ rps, p50, p99 }: Load) =>
  `${figure(rps)} requests/s, p50 ${figure(p50)} ms, p99 ${figure(p99)} ms`;

/** The best of several: on a machine that others use, what it can do and not what it happened to. */
export const best = (loads: readonly Load[]): Load =>
  loads.reduce((winner, load) => (load.rps > winner.rps ? load : winner), { rps: 0, p50: 0, p99: 0 });
