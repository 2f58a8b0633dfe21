import { lookup as resolve } from 'node:dns/promises';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { BlockList, isIP, isIPv6 } from 'node:net';

const deadlineMs = 3_000;
const mostBytes = 64 * 1024;

/** Why an address that somebody wrote was not called, or gave nothing: for whoever wrote it. */
export class OutboundRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'OutboundRefused';
  }
}

const rangesOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6') => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
};

/** IPv4 that is nobody's on the internet (IANA special-purpose registry): private, shared, link-local, test, multicast… */
const notPublic4 = rangesOf(
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  'ipv4',
);
/** Of IPv6 only global unicast is called, less what carries another address inside or is set apart. */
const global6 = rangesOf(['2000::/3'], 'ipv6');
const setApart6 = rangesOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'], 'ipv6');

/** Whether an address (without brackets) is somebody's on the internet. */
export const isPublicAddress = (address: string) =>
  isIPv6(address)
    ? global6.check(address, 'ipv6') && !setApart6.check(address, 'ipv6')
    : isIP(address) === 4 && !notPublic4.check(address, 'ipv4');

/** The one way to addresses that organizations write. */
export interface Outbound {
  /** The JSON that stands there. @throws OutboundRefused */
  getJson(url: string): Promise<unknown>;
}

interface Target {
  url: URL;
  address: string;
}

/**
 * Calls nothing but public addresses by https on port 443, follows no redirect, waits three seconds and reads 64 KB at
 * most. Every address that a name stands for is looked at, and the one that was looked at is called. `trustedHosts`
 * are an installation's own: they may be anywhere.
 */
export const guardedOutbound = (trustedHosts: readonly string[]): Outbound => {
  const targetOf = async (text: string): Promise<Target> => {
    if (!URL.canParse(text)) throw new OutboundRefused('This is no address');
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isTrusted = trustedHosts.includes(host);
    if (url.username !== '' || url.password !== '') throw new OutboundRefused('An address without user or password');
    if (!isTrusted && (url.protocol !== 'https:' || url.port !== ''))
      throw new OutboundRefused('Only https on its usual port');
    if (!['http:', 'https:'].includes(url.protocol)) throw new OutboundRefused('Only https');
    const found = isIP(host)
      ? [host]
      : (await resolve(host, { all: true }).catch(() => [])).map(({ address }) => address);
    const [address] = found;
    if (address === undefined) throw new OutboundRefused('The host can’t be found');
    if (!isTrusted && !found.every(isPublicAddress)) throw new OutboundRefused('The host is not on the internet');
    return { url, address };
  };
  return {
    getJson: async (text) => {
      const body = await read(await targetOf(text));
      try {
        return JSON.parse(body);
      } catch {
        throw new OutboundRefused('What stands there is no JSON');
      }
    },
  };
};

const read = ({ url, address }: Target): Promise<string> =>
  new Promise((done, failed) => {
    const refuse = (reason: string) => failed(new OutboundRefused(reason));
    const request = url.protocol === 'https:' ? secureRequest : plainRequest;
    const calling = request(
      url,
      {
        headers: { accept: 'application/json' },
        agent: false,
        signal: AbortSignal.timeout(deadlineMs),
        // The address that was looked at, whatever the name stands for by now.
        lookup: (_host, options, answer) => {
          const family = isIPv6(address) ? 6 : 4;
          if (options.all) answer(null, [{ address, family }]);
          else answer(null, address, family);
        },
      },
      (response) => {
        if (response.statusCode !== 200) {
          response.destroy();
          return refuse(`It answers ${response.statusCode}`);
        }
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > mostBytes) {
            response.destroy();
            refuse('It answers more than 64 KB');
          }
        });
        response.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
        response.on('error', () => refuse('The answer broke off'));
      },
    );
    calling.on('error', () => refuse('It can’t be reached'));
    calling.end();
  });
