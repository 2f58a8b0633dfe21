import { createServer } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { guardedOutbound, isPublicAddress, OutboundRefused } from '../../../shared/platform/outbound.ts';

let connections = 0;
const server = createServer((request, response) => {
  const answers: Record<string, () => void> = {
    '/json': () => response.end('{"a":1}'),
    '/text': () => response.end('no json'),
    '/away': () => response.writeHead(302, { location: '/json' }).end(),
    '/long': () => response.end(JSON.stringify('x'.repeat(70_000))),
    '/never': () => undefined,
  };
  (answers[request.url ?? ''] ?? (() => response.writeHead(404).end()))();
});
server.on('connection', () => {
  connections += 1;
});
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;
const outbound = guardedOutbound([]);
const trusting = guardedOutbound(['127.0.0.1']);

/** Ways to write addresses that are nobody's on the internet. */
const hosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.1',
  '127.255.255.254',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '169.254.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '192.88.99.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:a9fe:a9fe]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::1]',
  '[100::1]',
  '[fc00::1]',
  '[fd12:3456:789a::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[2001::1]',
  '[2001:10::1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::]',
  '[3fff::1]',
  'localhost',
  'localhost.',
  'LOCALHOST',
  '１２７.0.0.1',
  '127。0。0。1',
  'ip6-localhost',
  'no-such-host.invalid',
].flat();

test('there are enough ways to write them', () => {
  expect(hosts.length).toBeGreaterThanOrEqual(60);
});

test.each(hosts)('no connection is made to https://%s', async (host) => {
  const before = connections;

  await expect(outbound.getJson(`https://${host}/json`)).rejects.toBeInstanceOf(OutboundRefused);

  expect(connections).toBe(before);
});

test.each([
  `http://127.0.0.1:${port}/json`,
  `https://127.0.0.1:${port}/json`,
  'http://example.com/',
  'https://example.com:8443/',
  'https://user:password@example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'not an address',
  '',
])('an address is refused before anybody is called: %s', async (text) => {
  const before = connections;

  await expect(outbound.getJson(text)).rejects.toBeInstanceOf(OutboundRefused);

  expect(connections).toBe(before);
});

test('hosts of the installation’s own network may be called, and what they answer is bounded all the same', async () => {
  const at = (path: string) => trusting.getJson(`http://127.0.0.1:${port}${path}`);

  expect(await at('/json')).toEqual({ a: 1 });
  for (const path of ['/text', '/away', '/long', '/missing', '/never'])
    await expect(at(path)).rejects.toBeInstanceOf(OutboundRefused);
});

test.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001:81b::200e'])(
  '%s is somebody’s on the internet',
  (public_) => {
    expect(isPublicAddress(public_)).toBe(true);
  },
);
