import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { reloadOnEdit } from '../../../lib/local/reload.ts';
import { type RunningStack, runTemplate } from '../../../lib/local/run.ts';
import { fixtureFunctions, synthesizeFixture } from './fixtures/fixture-app.ts';

let folder: string;
let assembly: string;
let stack: RunningStack;
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fixture-'));
  assembly = synthesizeFixture(folder);
  stack = await runTemplate({
    assembly,
    dataFolder: null,
    automaticSchedules: false,
    visibilityCapSeconds: 1,
    parameters: { Greeting: 'good morning' },
    log: ({ level, message }) => level === 'error' && errors.push(message),
  });
});
afterAll(async () => {
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

const json = z.record(z.string(), z.unknown());
async function call(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const response = await fetch(stack.apiUrl + path, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => json.parse(JSON.parse(text)) };
}
const itemUrl = ({ apiUrl }: RunningStack) => `${apiUrl}/items/kept`;
const keep = async (running: RunningStack) => fetch(itemUrl(running), { method: 'PUT', body: 'still here' });
const isKept = async (running: RunningStack) => (await fetch(itemUrl(running))).ok;
const preflight = (origin: string) =>
  call('OPTIONS', '/plain', undefined, { origin, 'access-control-request-method': 'GET' });
const deadLetters = () =>
  Object.entries(stack.runtime.engines.sqs.depths()).find(([name]) => name.includes('Dead'))?.[1].visible;
const item = async (id: string) => call('GET', `/items/${encodeURIComponent(id)}`);

test('the stage, cross-stack values and parameters reach the function as resolved', async () => {
  const { status, json: body } = await call('GET', '/environment');

  expect(status).toBe(200);
  expect(body()).toMatchObject({
    GREETING: 'good morning',
    TABLE_NAME: stack.outputs['TableName'],
    AWS_ENDPOINT_URL: stack.gatewayUrl,
    AWS_REGION: 'us-east-1',
    TZ: 'UTC',
  });
  expect(stack.outputs['ApiUrl']).toBe(stack.apiUrl);
});

test('a request comes to the function in payload format 2.0', async () => {
  const { json: body } = await call('GET', '/echo/a%20b?x=1&x=2&y=', undefined, {
    cookie: 'one=1; two=2',
    'x-Thing': 'T',
  });

  expect(body()).toMatchObject({
    version: '2.0',
    routeKey: 'GET /echo/{name}',
    rawPath: '/v1/echo/a%20b',
    rawQueryString: 'x=1&x=2&y=',
    pathParameters: { name: 'a b' },
    queryStringParameters: { x: '1,2', y: '' },
    cookies: ['one=1', 'two=2'],
    headers: { 'x-thing': 'T', 'x-forwarded-proto': 'http' },
    requestContext: { stage: 'v1', http: { method: 'GET', path: '/v1/echo/a%20b', sourceIp: '127.0.0.1' } },
    isBase64Encoded: false,
  });
});

test('the default stage serves the same routes without a prefix', async () => {
  const response = await fetch(`${stack.apiUrl.replace(/\/v1$/, '')}/echo/a`);

  expect(await response.json()).toMatchObject({ rawPath: '/echo/a', requestContext: { stage: '$default' } });
});

test('status, headers and cookies of the function come to the client', async () => {
  const { status, headers, text } = await call('GET', '/plain');

  expect(status).toBe(201);
  expect(headers.get('x-thing')).toBe('a');
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(text).toBe('plain');
});

test('a function that throws answers 500 without its message', async () => {
  const { status, text } = await call('GET', '/fail');

  expect(status).toBe(500);
  expect(text).toBe('{"message":"Internal Server Error"}');
});

test('what no route matches goes to the default route, a trailing slash included', async () => {
  const { status, text } = await call('GET', '/echo/a/');

  expect([status, text]).toEqual([404, 'nothing at /v1/echo/a/']);
});

test('a body over 10 MB is refused by the API itself', async () => {
  const { status, text } = await call('PUT', '/items/large', 'x'.repeat(10 * 1024 * 1024 + 1));

  expect([status, text]).toEqual([413, '{"message":"Request Entity Too Large"}']);
});

test('a preflight is answered by the API, and only for the origins of the template', async () => {
  const allowed = await preflight('https://example.com');
  const foreign = await preflight('https://example.org');

  expect(allowed.status).toBe(204);
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});

test('a function reads what it wrote to the table', async () => {
  await call('PUT', '/items/one', 'first');

  const { json: body } = await item('one');

  expect(body()).toEqual({ id: 'one', body: 'first' });
});

test('a missing grant fails with AccessDenied naming function, action and resource', async () => {
  const { status } = await call('GET', '/items');

  expect(status).toBe(500);
  const denial = errors.find((message) => message.startsWith('AccessDeniedException'));
  expect(denial).toContain('HttpFunction');
  expect(denial).toContain('dynamodb:Scan');
  expect(denial).toContain(`table/${stack.outputs['TableName']}`);
  expect(stack.runtime.gateway.denials).toMatchObject([{ action: 'dynamodb:Scan' }]);
});

test('an upload by presigned URL is announced to the queue, whose consumer writes to the table', async () => {
  const { url } = (await call('POST', '/uploads/contacts.csv')).json();
  const uploaded = await fetch(z.string().parse(url), { method: 'PUT', body: 'a,b\n1,2\n' });

  expect(uploaded.status).toBe(200);
  expect((await call('GET', '/objects/contacts.csv')).json()).toEqual({ text: 'a,b\n1,2\n' });
  await vi.waitUntil(async () => (await item('object contacts.csv')).status === 200, { timeout: 55_000 });
});

test('of a batch only the poison message comes to the dead-letter queue', async () => {
  await call('POST', '/messages', JSON.stringify({ id: 'good' }), { 'content-type': 'application/json' });
  await call('POST', '/messages', JSON.stringify({ id: 'poison' }), { 'content-type': 'application/json' });

  await vi.waitUntil(() => deadLetters() === 1, { timeout: 55_000 });

  expect((await item('good')).status).toBe(200);
  expect((await item('poison')).status).toBe(404);
});

test('a state machine that a function starts runs under its own role', async () => {
  const { executionArn } = (
    await call('POST', '/runs', '{"number":21}', { 'content-type': 'application/json' })
  ).json();

  expect(executionArn).toContain(':execution:');
  await vi.waitUntil(() =>
    stack.runtime.functions.usage().some((used) => used.name.includes('Step') && used.invocations === 1),
  );
});

test('a schedule fires its function when told to', async () => {
  const [name] = stack.runtime.schedules.keys();
  const response = await fetch(`${stack.controlUrl}/schedules/${name}/fire`, { method: 'POST' });

  expect(response.status).toBe(200);
  expect((await item('clock')).json()).toMatchObject({ body: expect.stringContaining('aws.events') });
});

test('the function URL hands over forms in base64, with the address at which it was called', async () => {
  const url = stack.outputs['WebhookUrl'] ?? '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${url}twilio/inbound?a=1`, { method: 'POST', headers, body: 'Body=STOP' });

  const event = json.parse(await response.json());
  expect(event).toMatchObject({
    rawPath: '/twilio/inbound',
    rawQueryString: 'a=1',
    headers: { 'x-forwarded-proto': 'http' },
    requestContext: { domainName: new URL(url).host, stage: '$default' },
    body: Buffer.from('Body=STOP').toString('base64'),
    isBase64Encoded: true,
  });
});

test('the meter counts calls and invocations', async () => {
  await call('PUT', '/items/metered', 'x');

  const meter = json.parse(await (await fetch(`${stack.controlUrl}/meter`)).json());

  expect(meter['aws']).toContainEqual(expect.objectContaining({ service: 'dynamodb', operation: 'PutItem' }));
  expect(meter['functions']).toContainEqual(expect.objectContaining({ name: expect.stringContaining('Http') }));
});

test('a killed function fails what it was doing and works again', async () => {
  const running = stack.invoke('misbehave', { how: 'wait', milliseconds: 900 });
  await vi.waitUntil(async () => {
    const response = await fetch(`${stack.controlUrl}/kill`, { method: 'POST', body: '{"function":"misbehave"}' });
    return json.parse(await response.json())['killed'] === 1;
  });

  expect(await running).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
  expect(await stack.invoke('misbehave', {})).toMatchObject({ ok: true });
});

test('edited code takes effect without a restart, and code that does not build leaves the old running', async () => {
  const sources = join(folder, 'edited-functions');
  await cp(fixtureFunctions, sources, { recursive: true });
  const edited = join(folder, 'edited');
  const running = await runTemplate({ assembly: synthesizeFixture(edited, sources), dataFolder: null });
  const said: string[] = [];
  const rebuild = async () => void synthesizeFixture(edited, sources);
  reloadOnEdit({
    stack: running,
    assembly: join(edited, 'cdk.out'),
    folders: [sources],
    rebuild,
    say: (text) => said.push(text),
  });
  const answer = async () => json.parse(await (await fetch(running.outputs['WebhookUrl'] ?? '')).json());

  await writeFile(join(sources, 'webhook.mjs'), "export const handler = async () => ({ edited: 'yes' });");
  await vi.waitUntil(async () => (await answer())['edited'] === 'yes', { timeout: 55_000 });
  await writeFile(join(sources, 'webhook.mjs'), 'export const handler = (');
  await vi.waitUntil(() => said.some((text) => text.includes('keeps running')), { timeout: 55_000 });

  expect(await answer()).toEqual({ edited: 'yes' });
  expect(said[0]).toContain('new code for Features-WebhookFunction');
  await running.close();
}, 120_000);

test('two stacks run side by side, and what is in a data folder survives a restart', async () => {
  const options = { assembly, dataFolder: join(folder, 'data'), automaticSchedules: false };

  const first = await runTemplate(options);
  await keep(first);
  await first.close();
  const second = await runTemplate(options);
  const kept = await isKept(second);
  await second.close();
  const third = await runTemplate({ ...options, fresh: true });
  const cleared = await isKept(third);
  await third.close();

  expect([kept, cleared, await isKept(stack)]).toEqual([true, false, false]);
});

test.each([
  [
    'an unknown type',
    { Thing: { Type: 'AWS::Neptune::DBCluster' } },
    'resource Thing: the type AWS::Neptune::DBCluster',
  ],
  ['an unknown property', { Queue: { Type: 'AWS::SQS::Queue', Properties: { Speed: 1 } } }, 'the property Speed'],
  [
    'an unknown intrinsic function',
    { Queue: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: { 'Fn::Cidr': [] } } } },
    'Stack Odd, resource Queue (AWS::SQS::Queue), property DelaySeconds: the intrinsic function Fn::Cidr',
  ],
])('%s stops the start with its place', async (_, Resources, message) => {
  const odd = await mkdtemp(join(tmpdir(), 'odd-'));
  const artifacts = { Odd: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Odd.template.json' } } };
  await writeFile(join(odd, 'manifest.json'), JSON.stringify({ artifacts }));
  await writeFile(join(odd, 'Odd.template.json'), JSON.stringify({ Resources }));

  await expect(runTemplate({ assembly: odd, dataFolder: null })).rejects.toThrow(message);
  await rm(odd, { recursive: true });
});

test('an assembly that is not there is named', async () => {
  const missing = join(folder, 'nowhere');

  await expect(runTemplate({ assembly: missing, dataFolder: null })).rejects.toThrow('synthesize first');
  await expect(readFile(missing)).rejects.toThrow();
});
